package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.WorldSize;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.experiment.registry.RegistryException;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.report.RunEvent;
import io.syncnorm.report.RunRecord;
import io.syncnorm.report.RunResult;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run whose beginning and end the registry hears of. */
public final class RecordedRun {
  private static final Logger LOG = LoggerFactory.getLogger(RecordedRun.class);

  private final TrainingRun run;
  private final Configuration configuration;
  private final Registry registry;
  private final Origin origin;
  private final RunListener listener;
  private boolean started;
  private long startNanos = System.nanoTime();

  /**
   * What asked for the run.
   *
   * @param experiment name of the grid; empty for a run of its own
   * @param command decides, with the configuration, the name of the run directory
   * @param cell its coordinates in the grid
   */
  public record Origin(String experiment, String command, Map<String, String> cell) {
    /** A run of its own. */
    public static Origin of(String command) {
      return new Origin("", command, Map.of());
    }
  }

  public RecordedRun(
      JavaSparkContext spark,
      SharedData data,
      Registry registry,
      Origin origin,
      Configuration configuration,
      RunListener listener) {
    this.registry = registry;
    this.origin = origin;
    this.listener = listener;
    this.run =
        new TrainingRun(
            spark,
            data,
            origin.command,
            configuration,
            new RunListeners(List.of(new Start(), listener)));
    this.configuration = run.configuration();
  }

  /** A run starts when its directory is its own and it is not finished already. */
  private final class Start implements RunListener {
    @Override
    public void runStarted(Path directory, int world, int stepsPerEpoch) {
      started = true;
      startNanos = System.nanoTime();
      registry.add(event(RunEvent.Kind.STARTED, 0, ""));
    }
  }

  /** As {@link TrainingRun#run}. A failure is thrown on, and told by {@link #broken}. */
  public RunResult run(List<ModelPlan> plans, Path out, Beginning beginning) {
    return run(plans, List.of(), out, beginning);
  }

  /** The same with baselines beside. */
  public RunResult run(
      List<ModelPlan> plans, List<MllibBaseline> baselines, Path out, Beginning beginning) {
    RunResult result = run.run(plans, baselines, out, beginning);
    RunRecord known = registry.records().get(name());
    if (started || known == null || !known.isDone()) { // or killed before it could say so
      registry.add(done(result));
    }
    if (started) {
      listener.runDone(result);
    }
    return result;
  }

  /** Whether anything was trained, or tried to. */
  public boolean isStarted() {
    return started;
  }

  /** Name of the run directory. */
  public String name() {
    return run.name();
  }

  /**
   * Keeps that it failed, for good or for now. A registry that does not take it is a warning, like
   * a listener that fails: why the run broke is what its user must hear.
   *
   * @param code exit code of such a failure
   */
  public void broken(RunListener.Broken how, int code, String message) {
    boolean forNow = how == RunListener.Broken.INTERRUPTED;
    RunEvent.Kind kind = forNow ? RunEvent.Kind.INTERRUPTED : RunEvent.Kind.FAILED;
    try {
      registry.add(event(kind, forNow ? 0 : code, message));
    } catch (UnwritableException | RegistryException e) {
      LOG.warn("the registry lacks how {} ended: {}", name(), e.getMessage());
    }
    if (started) {
      try {
        listener.runBroken(how, message);
      } catch (RuntimeException e) {
        LOG.warn("not all heard how {} ended", name(), e);
      }
    }
  }

  private RunEvent event(RunEvent.Kind kind, int code, String message) {
    boolean isStart = kind == RunEvent.Kind.STARTED;
    return new RunEvent(
        kind,
        now(),
        name(),
        origin.experiment,
        origin.command,
        origin.cell,
        isStart ? configuration.settings() : Map.of(),
        world(),
        code,
        message,
        List.of(),
        isStart ? 0 : 1e-9 * (System.nanoTime() - startNanos));
  }

  private RunEvent done(RunResult result) {
    return new RunEvent(
        RunEvent.Kind.DONE,
        now(),
        name(),
        origin.experiment,
        origin.command,
        origin.cell,
        configuration.settings(),
        world(),
        0,
        "",
        result.models(),
        result.wallSeconds());
  }

  private int world() {
    return ((WorldSize.Fixed) configuration.training().world()).ranks();
  }

  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
