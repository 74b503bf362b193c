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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that trains: configuration, Spark, run, one line of JSON. */
abstract class RunCommand implements Callable<Integer> {
  private static final String AUTO = "auto";
  private static final String NEVER = "never";

  @Mixin private CommonOptions options;

  @Option(
      names = "--resume",
      paramLabel = "auto|never|PATH",
      defaultValue = AUTO,
      description = {
        "auto (the default): go on from the run's own last good checkpoints",
        "never: train from scratch",
        "PATH: go on from this checkpoint, or from the newest good one of each model in this folder;"
            + " a model that has none there goes on as with auto"
      })
  private String resume;

  @Option(
      names = "--force",
      description = "train from scratch, even if the run is finished already")
  private boolean force;

  @Spec private CommandSpec spec;

  abstract String name();

  abstract List<ModelPlan> plans(Configuration configuration);

  @Override
  public final Integer call() {
    Beginning beginning = beginning();
    Configuration configuration = options.configuration();
    RunResult result;
    try (SignalStop stop = new SignalStop();
        ConsoleProgress progress = ConsoleProgress.create(options.quiet());
        JavaSparkContext spark = SparkStart.context(configuration, progress::remark)) {
      stop.cancels(spark);
      result =
          new TrainingRun(spark, name(), configuration, progress)
              .run(plans(configuration), options.out(), beginning);
      progress.finished(result);
    }
    StandardOutput.printLine(result.toJsonLine());
    return ExitCode.DONE.code();
  }

  private Beginning beginning() {
    return switch (resume) {
      case AUTO -> force ? new Beginning.Forced() : new Beginning.Auto();
      case NEVER -> force ? new Beginning.Forced() : new Beginning.Scratch();
      default -> {
        if (force) {
          throw new ParameterException(
              spec.commandLine(),
              "--force trains from scratch, --resume %s goes on: give one of them"
                  .formatted(resume));
        }
        yield new Beginning.From(resume);
      }
    };
  }
}
