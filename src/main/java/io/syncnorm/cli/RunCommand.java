package io.syncnorm.cli;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.Beginning;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.TrainingRun;
import io.syncnorm.report.RunResult;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that trains: configuration, Spark, run, one line of JSON. */
abstract class RunCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Option(
      names = "--resume",
      paramLabel = "auto|never",
      defaultValue = "auto",
      description = "go on from the last good checkpoints, or train from scratch (default: auto)")
  private Resume resume;

  @Option(
      names = "--force",
      description = "train from scratch, even if the run is finished already")
  private boolean force;

  enum Resume {
    AUTO,
    NEVER
  }

  abstract String name();

  abstract List<ModelPlan> plans(Configuration configuration);

  @Override
  public final Integer call() {
    Configuration configuration = options.configuration();
    RunResult result;
    try (SignalStop stop = new SignalStop();
        ConsoleProgress progress = ConsoleProgress.create(options.quiet());
        JavaSparkContext spark = SparkStart.context(configuration, progress::remark)) {
      stop.cancels(spark);
      result =
          new TrainingRun(spark, name(), configuration, progress)
              .run(plans(configuration), options.out(), beginning());
      progress.finished(result);
    }
    StandardOutput.printLine(result.toJsonLine());
    return ExitCode.DONE.code();
  }

  private Beginning beginning() {
    if (force) {
      return Beginning.FORCE;
    }
    return resume == Resume.AUTO ? Beginning.RESUME : Beginning.SCRATCH;
  }
}
