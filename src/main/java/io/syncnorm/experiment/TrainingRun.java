package io.syncnorm.experiment;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.dl4j.file.Dl4jModel;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.experiment.registry.RegistryException;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.nn.Blas;
import io.syncnorm.report.Baseline;
import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunEvent;
import io.syncnorm.report.RunRecord;
import io.syncnorm.report.RunResult;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.train.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the models of a run sequentially, writes all outputs to its directory, and records its
 * start and end in the registry.
 */
public final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final JavaSparkContext spark;
  private final SharedData shared;
  private final Registry registry;

  /** The job description that Spark's pages show for this thread. */
  private final Optional<String> jobDescription;

  private final Origin origin;
  private final Configuration configuration;
  private final List<RunListener> listeners;
  private final long createdNanos = System.nanoTime();
  private boolean started;
  private long startNanos = createdNanos;

  /**
   * The origin of a run.
   *
   * @param experiment name of the grid; empty for a single run
   * @param command determines, with the configuration, the name of the run directory
   * @param cell coordinates in the grid
   */
  public record Origin(String experiment, String command, Map<String, String> cell) {
    /** The origin of a single run. */
    public static Origin of(String command) {
      return new Origin("", command, Map.of());
    }
  }

  /**
   * @param shared data of this and other runs
   */
  public TrainingRun(
      JavaSparkContext spark,
      SharedData shared,
      Registry registry,
      Origin origin,
      Configuration configuration,
      List<RunListener> listeners) {
    this.spark = spark;
    this.shared = shared;
    this.registry = registry;
    this.jobDescription = Optional.ofNullable(spark.getLocalProperty("spark.job.description"));
    this.origin = origin;
    this.configuration =
        configuration.get(Keys.WORLD) instanceof WorldSize.Auto
            ? configuration.with(
                Keys.WORLD,
                new WorldSize.Fixed(TaskSlots.settled(spark, configuration.get(Keys.SLOT_TIMEOUT))))
            : configuration;
    this.listeners = List.copyOf(listeners);
  }

  /**
   * Runs the training. A failure is thrown; the caller records it with {@link #recordFailure}.
   *
   * @param baselines to train for comparison in the report
   * @param out folder that contains the run directories
   * @param resume how to use the checkpoints and results of an earlier run
   * @return the result of this run, or of an earlier one that has finished
   * @throws AnotherRunException if the directory contains a run on other data, or a checkpoint
   *     belongs to another run
   * @throws CheckpointException if the named checkpoint cannot be used
   * @throws RuntimeException as documented by the parts: data, slots, rank, directory
   */
  public RunResult run(
      List<ModelPlan> plans, List<MllibBaseline> baselines, Path out, ResumeMode resume) {
    RunResult result = result(plans, baselines, out, resume);
    if (started || !isKnownToBeDone()) { // or an earlier process was killed before it recorded this
      addEvent(RunEvent.Kind.DONE, 0, "", result.models(), result.wallSeconds());
    }
    if (started) {
      listeners.forEach(each -> each.runDone(result));
    }
    return result;
  }

  private boolean isKnownToBeDone() {
    RunRecord known = registry.records().get(name());
    return known != null && known.isDone();
  }

  private RunResult result(
      List<ModelPlan> plans, List<MllibBaseline> baselines, Path out, ResumeMode resume) {
    int world = world();
    // Read first: its hashes are part of the name.
    Dataset dataset = shared.dataset(configuration);
    Path path = out.resolve(name());
    RunDirectory.requireFree(path); // first, because its holder may occupy the slots as well
    TaskSlots.await(spark, world, configuration.get(Keys.SLOT_TIMEOUT));
    Map<ModelPlan, UntrainedModel> models = new LinkedHashMap<>();
    Map<String, String> hashes = new LinkedHashMap<>(dataset.hashes());
    for (ModelPlan plan : plans) {
      UntrainedModel model = plan.model(dataset.train().images());
      shared.identity().read(configuration, model);
      models.put(plan.withWorld(world), model);
      hashes.putAll(model.files());
    }
    boolean isForced = resume instanceof ResumeMode.Force;
    if (!isForced && Files.isDirectory(path)) {
      try (RunDirectory looked = RunDirectory.look(path)) {
        Optional<RunResult> finished = finished(looked, hashes);
        if (finished.isPresent()) {
          return finished.get();
        }
      }
    }
    try (RunDirectory directory = RunDirectory.open(path)) {
      Optional<RunResult> finished = // by another process in the meantime
          isForced ? Optional.empty() : finished(directory, hashes);
      if (finished.isPresent()) {
        return finished.get();
      }
      List<ModelTraining> trainings = checkpoints().trainings(models, directory.path(), resume);
      directory.delete(RunOutputs.RESULT);
      return train(trainings, baselines, dataset, hashes, directory);
    }
  }

  private CheckpointFinder checkpoints() {
    Checkpoints.Unused unused =
        (checkpoint, reason) ->
            listeners.forEach(each -> each.checkpointUnused(checkpoint, reason));
    ShorterRuns shorter =
        new ShorterRuns(
            origin.command,
            configuration,
            shared.identity(),
            spark.hadoopConfiguration(),
            () -> shared.stepsPerEpoch(configuration),
            unused);
    return new CheckpointFinder(
        configuration, spark.hadoopConfiguration(), shared.identity(), shorter, unused);
  }

  private Optional<RunResult> finished(RunDirectory directory, Map<String, String> hashes) {
    Optional<RunResult> finished = RunOutputs.finished(directory.path(), hashes);
    finished.ifPresent(
        result -> listeners.forEach(each -> each.runFinishedBefore(directory.path(), result)));
    return finished;
  }

  private RunResult train(
      List<ModelTraining> trainings,
      List<MllibBaseline> baselines,
      Dataset dataset,
      Map<String, String> hashes,
      RunDirectory directory) {
    try (SharedData.Dealt data = shared.deal(configuration)) {
      directory.write(RunOutputs.CONFIGURATION, configuration.render());
      start(directory.path(), data.sharded().plan().stepsPerEpoch());
      RunOutputs outputs = new RunOutputs(directory, listeners);
      List<ModelResult> results = new ArrayList<>();
      Map<String, ClassificationReport> evaluations = new LinkedHashMap<>();
      for (ModelTraining training : trainings) {
        String name = training.plan().name();
        String file = (trainings.size() == 1 ? "" : name + "/") + RunOutputs.MODEL;
        String title = "%s, %s".formatted(jobDescription.orElse(name()), name);
        Progress trained = training.run(spark, data.sharded(), title, outputs, listeners);
        if (results.size() == trainings.size() - 1) { // all epochs are done
          outputs.startDrawing();
        }
        Dl4jModel model = training.model().trained().apply(trained.best());
        directory.write(file, model::write);
        evaluations.put(name, ModelEvaluation.evaluate(model, dataset.test()).evaluation());
        results.add(Metrics.ofModel(training, trained, file));
      }
      List<Baseline> measured = baselines.stream().map(this::measure).toList();
      RunResult result =
          new RunResult(
              "done",
              directory.path().getFileName().toString(),
              configuration.get(Keys.SEED),
              world(),
              Blas.instance().description(),
              hashes,
              spark.version(),
              results,
              1e-9 * (System.nanoTime() - createdNanos),
              measured);
      outputs.write(result, evaluations, configuration);
      return result;
    }
  }

  /** Starts the run, once its directory is locked and contains no finished run. */
  private void start(Path directory, int stepsPerEpoch) {
    started = true;
    startNanos = System.nanoTime();
    addEvent(RunEvent.Kind.STARTED, 0, "", List.of(), 0);
    listeners.forEach(each -> each.runStarted(directory, world(), stepsPerEpoch));
  }

  private Baseline measure(MllibBaseline baseline) {
    return baseline.run(
        spark,
        configuration,
        point -> listeners.forEach(each -> each.baselineTrained(MllibBaseline.NAME, point)));
  }

  /** Whether training has started. */
  public boolean isStarted() {
    return started;
  }

  /**
   * Records that the run failed or was interrupted. A failing registry or listener is only a
   * warning: the user must see why the run failed.
   *
   * @param code exit code of the failure
   */
  public void recordFailure(RunListener.Failure how, int code, String message) {
    boolean isInterrupted = how == RunListener.Failure.INTERRUPTED;
    RunEvent.Kind kind = isInterrupted ? RunEvent.Kind.INTERRUPTED : RunEvent.Kind.FAILED;
    try {
      double seconds = 1e-9 * (System.nanoTime() - startNanos);
      addEvent(kind, isInterrupted ? 0 : code, message, List.of(), seconds);
    } catch (UnwritableException | RegistryException e) {
      LOG.warn("cannot record in the registry how {} ended: {}", name(), e.getMessage());
    }
    if (started) {
      try {
        listeners.forEach(each -> each.runFailed(how, message));
      } catch (RuntimeException e) {
        LOG.warn("cannot notify all listeners of how {} ended", name(), e);
      }
    }
  }

  private void addEvent(
      RunEvent.Kind kind, int code, String message, List<ModelResult> models, double wallSeconds) {
    boolean hasFailed = kind == RunEvent.Kind.INTERRUPTED || kind == RunEvent.Kind.FAILED;
    registry.add(
        new RunEvent(
            kind,
            Registry.now(),
            name(),
            origin.experiment,
            origin.command,
            origin.cell,
            hasFailed ? Map.of() : configuration.settings(),
            world(),
            code,
            message,
            models,
            wallSeconds));
  }

  private int world() {
    return configuration.ranks();
  }

  private String name() {
    return shared.identity().name(origin.command, configuration);
  }
}
