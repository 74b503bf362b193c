package io.syncnorm.cli;

import io.syncnorm.cli.options.CommonOptions;
import io.syncnorm.cli.options.KeyOptions;
import io.syncnorm.cli.options.LiveOption;
import io.syncnorm.cli.options.RegistryOption;
import io.syncnorm.cli.options.TrackingOptions;
import io.syncnorm.cli.process.RunStop;
import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.cli.process.StandardOutput;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.experiment.MllibBaseline;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.ResumeMode;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.experiment.RunListener.Failure;
import io.syncnorm.experiment.RunOrigin;
import io.syncnorm.experiment.SharedData;
import io.syncnorm.experiment.TrainingRun;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.live.Live;
import io.syncnorm.nn.Blas;
import io.syncnorm.report.Json;
import io.syncnorm.report.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A training command: loads the configuration, starts Spark, runs, prints one line of JSON. */
@Command(modelTransformer = KeyOptions.class)
abstract class RunCommand implements Callable<Integer> {
  private static final String AUTO = "auto";
  private static final String NEVER = "never";

  @Mixin private CommonOptions options;
  @Mixin private RegistryOption registryOption;
  @Mixin private TrackingOptions tracking;
  @Mixin private LiveOption liveOption;

  @Option(
      names = "--resume",
      paramLabel = "auto|never|PATH",
      defaultValue = AUTO,
      description = {
        "auto (the default): resume from the run's own latest valid checkpoints, or continue from"
            + " those of the same run with fewer epochs",
        "never: train from scratch",
        "PATH: resume from this checkpoint, or from the newest valid one of each model in this"
            + " folder; a model without one there resumes as with auto"
      })
  private String resume;

  @Option(
      names = "--force",
      description = "train from scratch, even if the run has already finished")
  private boolean force;

  @Spec private CommandSpec spec;

  abstract String name();

  abstract List<ModelPlan> plans(Configuration configuration);

  /** Baselines to train for comparison in the report. */
  List<MllibBaseline> baselines() {
    return List.of();
  }

  @Override
  public final Integer call() {
    ResumeMode mode = resumeMode();
    Configuration configuration = options.configuration();
    tracking.requireUsable();
    Registry registry = registryOption.registry(options.out());
    loadBlas();
    RunResult result;
    try (RunStop stop = new RunStop(RunStop.UNLIMITED);
        ConsoleProgress progress = ConsoleProgress.create(options.quiet());
        Live live = liveOption.start(configuration.get(Keys.RUN_NAME));
        JavaSparkContext spark = SparkStart.context(configuration, progress::remark)) {
      stop.cancelJobsOf(spark);
      live.link(spark);
      List<RunListener> listeners =
          new ArrayList<>(tracking.with(progress, configuration.get(Keys.RUN_NAME), configuration));
      listeners.add(live);
      result = run(spark, registry, configuration, listeners, mode);
      progress.finished(result);
    }
    StandardOutput.printLine(Json.line(result));
    return ExitCode.DONE.code();
  }

  /** While Spark starts, which takes longer. Whoever uses it hears of what failed. */
  private static void loadBlas() {
    Thread load = new Thread(Blas::instance, "blas");
    load.setUncaughtExceptionHandler((thread, failure) -> {});
    load.setDaemon(true);
    load.start();
  }

  private RunResult run(
      JavaSparkContext spark,
      Registry registry,
      Configuration configuration,
      List<RunListener> listeners,
      ResumeMode mode) {
    try (SharedData data = new SharedData(spark)) {
      TrainingRun run =
          new TrainingRun(spark, data, registry, RunOrigin.of(name()), configuration, listeners);
      try {
        return run.run(plans(configuration), baselines(), options.out(), mode);
      } catch (RuntimeException | Error e) {
        if (run.isStarted()) {
          Failure how = RunStop.isStopping() ? Failure.INTERRUPTED : Failure.ERROR;
          run.recordFailure(how, ExitCode.of(e).code(), Main.message(e));
        }
        throw e;
      }
    }
  }

  private ResumeMode resumeMode() {
    return switch (resume) {
      case AUTO -> force ? new ResumeMode.Force() : new ResumeMode.Auto();
      case NEVER -> force ? new ResumeMode.Force() : new ResumeMode.Never();
      default -> {
        if (force) {
          throw new ParameterException(
              spec.commandLine(),
              "--force trains from scratch, but --resume %s resumes: use only one of them"
                  .formatted(resume));
        }
        yield new ResumeMode.From(resume);
      }
    };
  }
}
