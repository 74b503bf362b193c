package io.syncnorm.cli;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.TrainingRun;
import io.syncnorm.report.RunResult;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Mixin;

/** A command that trains: configuration, Spark, run, one line of JSON. */
abstract class RunCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  abstract String name();

  abstract List<ModelPlan> plans(Configuration configuration);

  @Override
  public final Integer call() {
    Configuration configuration = options.configuration();
    RunResult result;
    try (ConsoleProgress progress = ConsoleProgress.create(options.quiet());
        JavaSparkContext spark = SparkStart.context(configuration, progress::remark)) {
      result =
          new TrainingRun(spark, name(), configuration, progress)
              .run(plans(configuration), options.out());
      progress.finished(result);
    }
    StandardOutput.printLine(result.toJsonLine());
    return ExitCode.DONE.code();
  }
}
