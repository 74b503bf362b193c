package io.syncnorm.experiment;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.data.Part;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.experiment.registry.RegistryException;
import io.syncnorm.experiment.rows.ModelEvaluation;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.model.OnnxModel;
import io.syncnorm.model.RunModel;
import io.syncnorm.onnx.OnnxNetwork;
import io.syncnorm.report.Baseline;
import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunEvent;
import io.syncnorm.report.RunRecord;
import io.syncnorm.report.RunResult;
import io.syncnorm.report.html.RunReport;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.SparkSettingException;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.ranks.Encryption;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.train.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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

  private final RunOrigin origin;
  private final Configuration configuration;
  private final List<RunListener> listeners;
  private final Instant created = Instant.now();
  private final long createdNanos = System.nanoTime();
  private boolean started;
  private Optional<RunReport> report = Optional.empty();
  private long startNanos = createdNanos;

  /**
   * @param shared data of this and other runs
   * @throws SparkSettingException if Spark's settings contradict {@code training.encrypt}
   * @throws SlotsException if the world is {@code auto}, and not all slots are there in time
   */
  public TrainingRun(
      JavaSparkContext spark,
      SharedData shared,
      Registry registry,
      RunOrigin origin,
      Configuration configuration,
      List<RunListener> listeners) {
    Encryption.check(spark, configuration);
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
    TaskSlots.awaitFirst(spark, configuration.get(Keys.SLOT_TIMEOUT));
    // Read first: its hashes are part of the name.
    LoadListener loaded = (rows, bytes) -> listeners.forEach(each -> each.dataLoaded(rows, bytes));
    try (RunData data = shared.open(configuration, loaded)) {
      return result(plans, baselines, out, resume, data);
    }
  }

  private RunResult result(
      List<ModelPlan> plans,
      List<MllibBaseline> baselines,
      Path out,
      ResumeMode resume,
      RunData data) {
    Path path = out.resolve(name());
    RunDirectory.requireFree(path); // first, because its holder may occupy the slots as well
    TaskSlots.awaitStart(
        spark,
        configuration.ranks(),
        configuration.get(Keys.MIN_SLOTS),
        configuration.get(Keys.SLOT_TIMEOUT));
    Map<ModelPlan, UntrainedModel> models = new LinkedHashMap<>();
    Map<String, String> hashes = new LinkedHashMap<>(data.loaded().contents());
    Configuration resolved = data.loaded().resolved(configuration);
    for (ModelPlan each : plans) {
      ModelPlan plan = each.with(configuration.ranks(), resolved);
      UntrainedModel model = plan.model(data.format());
      data.loaded().requireUsable(model, configuration);
      shared.identity().read(configuration, model);
      models.put(plan, model);
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
      List<ModelTraining> trainings = checkpoints(data).trainings(models, directory.path(), resume);
      directory.delete(RunOutputs.RESULT);
      return train(trainings, baselines, data, hashes, directory);
    }
  }

  private CheckpointFinder checkpoints(RunData data) {
    Checkpoints.Unused unused =
        (checkpoint, reason) ->
            listeners.forEach(each -> each.checkpointUnused(checkpoint, reason));
    ShorterRuns shorter =
        new ShorterRuns(
            origin.command(),
            configuration,
            shared.identity(),
            spark.hadoopConfiguration(),
            () -> stepsPerEpoch(data),
            unused);
    return new CheckpointFinder(
        configuration, spark.hadoopConfiguration(), shared.identity(), shorter, unused);
  }

  private int stepsPerEpoch(RunData data) {
    try (SharedData.Dealt dealt = shared.deal(configuration, data)) {
      return stepsPerEpoch(dealt);
    }
  }

  private int stepsPerEpoch(SharedData.Dealt dealt) {
    return dealt.sharded().plan(configuration.get(Keys.BATCH_SIZE)).stepsPerEpoch();
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
      RunData data,
      Map<String, String> hashes,
      RunDirectory directory) {
    try (SharedData.Dealt dealt = shared.deal(configuration, data)) {
      directory.write(RunOutputs.CONFIGURATION, configuration.render());
      start(directory.path(), stepsPerEpoch(dealt));
      RunReport growing =
          RunOutputs.report(
              directory.path(), configuration, trainings, hashes, spark.version(), createdNanos);
      report = Optional.of(growing);
      listeners.forEach(each -> each.reportStarted(growing));
      RunOutputs outputs = new RunOutputs(directory, growing, created, listeners);
      int untrained = trainings.size();
      for (ModelTraining training : trainings) {
        String name = training.plan().name();
        String folder = trainings.size() == 1 ? "" : name + "/";
        String title = "%s, %s".formatted(jobDescription.orElse(name()), name);
        Progress trained = training.run(spark, dealt.sharded(), title, outputs, listeners);
        untrained--;
        if (untrained == 0) { // all epochs are done
          outputs.startDrawing();
        }
        RunModel model = data.loaded().complete(training.model().trained().apply(trained.best()));
        String file = folder + model.fileName();
        directory.write(file, model::write);
        if (configuration.get(Keys.OUTPUT_ONNX) && !model.fileName().equals(OnnxModel.FILE)) {
          OnnxNetwork onnx = model.onnx();
          directory.write(folder + OnnxModel.FILE, out -> onnx.write(out, Versions.syncNorm()));
        }
        growing.addModel(
            Metrics.ofModel(training, trained.history(), file),
            evaluate(name, model, data),
            model.classNames().orElse(List.of()));
      }
      baselines.forEach(each -> growing.addBaseline(measure(each, data)));
      growing.end("done");
      outputs.write();
      return growing.page().result();
    }
  }

  private ClassificationReport evaluate(String name, RunModel model, RunData data) {
    return JobTitle.during(
        spark,
        name + ": evaluation",
        () -> ModelEvaluation.evaluate(spark, model, data.blocks(Part.TEST), data.format()));
  }

  /** Starts the run, once its directory is locked and contains no finished run. */
  private void start(Path directory, int stepsPerEpoch) {
    started = true;
    startNanos = System.nanoTime();
    addEvent(RunEvent.Kind.STARTED, 0, "", List.of(), 0);
    listeners.forEach(each -> each.runStarted(directory, configuration.ranks(), stepsPerEpoch));
  }

  private Baseline measure(MllibBaseline baseline, RunData data) {
    Consumer<Baseline.Point> trained =
        point -> listeners.forEach(each -> each.baselineTrained(MllibBaseline.NAME, point));
    return baseline.run(spark, data, data.loaded().resolved(configuration), trained);
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
    report.ifPresent(each -> each.end(kind.word()));
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
    registry.add(origin.event(kind, name(), configuration, code, message, models, wallSeconds));
  }

  private String name() {
    return shared.identity().name(origin.command(), configuration);
  }
}
