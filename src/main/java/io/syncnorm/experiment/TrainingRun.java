package io.syncnorm.experiment;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.dl4j.file.Dl4jModel;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.experiment.registry.RegistryException;
import io.syncnorm.files.Sha256;
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
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the models of one run, one after the other, leaves all outputs in its directory, and tells
 * the registry how it started and ended.
 */
public final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final JavaSparkContext spark;
  private final SharedData shared;
  private final Registry registry;

  /** What Spark's pages were told that the jobs of this thread are for. */
  private final Optional<String> askedFor;

  private final Origin origin;
  private final Configuration configuration;
  private final List<RunListener> listeners;
  private final long createdNanos = System.nanoTime();
  private boolean started;
  private long startNanos = createdNanos;

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

  /**
   * @param shared the data of this run and of others
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
    this.askedFor = Optional.ofNullable(spark.getLocalProperty("spark.job.description"));
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
   * Runs it. A failure is thrown, and told to the registry by {@link #broken}.
   *
   * @param baselines what to train beside, for the report
   * @param out folder that run directories are made in
   * @param resume what to make of what an earlier run left
   * @return the result of this run, or of the earlier one that had finished
   * @throws AnotherRunException if the directory holds a run on other data, or a checkpoint is of
   *     another run
   * @throws CheckpointException if the checkpoint that is named cannot be used
   * @throws RuntimeException as documented by the parts: data, slots, rank, directory
   */
  public RunResult run(
      List<ModelPlan> plans, List<MllibBaseline> baselines, Path out, ResumeMode resume) {
    RunResult result = result(plans, baselines, out, resume);
    if (started || !isKnownToBeDone()) { // or killed before it could say so
      tell(RunEvent.Kind.DONE, 0, "", result.models(), result.wallSeconds());
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
    Path path = out.resolve(name());
    RunDirectory.requireFree(path); // who holds it may hold the slots as well
    TaskSlots.await(spark, world, configuration.get(Keys.SLOT_TIMEOUT));
    Dataset dataset = shared.dataset(configuration);
    Map<ModelPlan, UntrainedModel> models = new LinkedHashMap<>();
    Map<String, String> hashes = new LinkedHashMap<>(dataset.hashes());
    for (ModelPlan plan : plans) {
      UntrainedModel model = plan.model(dataset.train().images());
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
      Optional<RunResult> finished = // by another process, since we looked
          isForced ? Optional.empty() : finished(directory, hashes);
      if (finished.isPresent()) {
        return finished.get();
      }
      List<ModelTraining> trainings =
          new CheckpointFinder(
                  configuration,
                  spark.hadoopConfiguration(),
                  (checkpoint, reason) ->
                      listeners.forEach(each -> each.checkpointUnused(checkpoint, reason)))
              .trainings(models, hashes, directory.path(), resume);
      directory.delete(RunOutputs.RESULT);
      return train(trainings, baselines, dataset, hashes, directory);
    }
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
        String title = "%s, %s".formatted(askedFor.orElse(name()), name);
        Progress trained = training.run(spark, data.sharded(), title, outputs, listeners);
        if (results.size() == trainings.size() - 1) { // no epoch is left
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

  /** A run starts when its directory is its own and it is not finished already. */
  private void start(Path directory, int stepsPerEpoch) {
    started = true;
    startNanos = System.nanoTime();
    tell(RunEvent.Kind.STARTED, 0, "", List.of(), 0);
    listeners.forEach(each -> each.runStarted(directory, world(), stepsPerEpoch));
  }

  private Baseline measure(MllibBaseline baseline) {
    return baseline.run(
        spark,
        configuration,
        point -> listeners.forEach(each -> each.baselineTrained(MllibBaseline.NAME, point)));
  }

  /** Whether anything was trained, or tried to. */
  public boolean isStarted() {
    return started;
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
      double seconds = 1e-9 * (System.nanoTime() - startNanos);
      tell(kind, forNow ? 0 : code, message, List.of(), seconds);
    } catch (UnwritableException | RegistryException e) {
      LOG.warn("the registry lacks how {} ended: {}", name(), e.getMessage());
    }
    if (started) {
      try {
        listeners.forEach(each -> each.runBroken(how, message));
      } catch (RuntimeException e) {
        LOG.warn("not all heard how {} ended", name(), e);
      }
    }
  }

  private void tell(
      RunEvent.Kind kind, int code, String message, List<ModelResult> models, double wallSeconds) {
    boolean isBroken = kind == RunEvent.Kind.INTERRUPTED || kind == RunEvent.Kind.FAILED;
    registry.add(
        new RunEvent(
            kind,
            Registry.now(),
            name(),
            origin.experiment,
            origin.command,
            origin.cell,
            isBroken ? Map.of() : configuration.settings(),
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
    return name(origin.command, configuration);
  }

  /**
   * Name of the directory of a run.
   *
   * @param configuration its world counted out
   */
  public static String name(String command, Configuration configuration) {
    byte[] hash = Sha256.of(command + "\n" + configuration.renderOutcome());
    return configuration.get(Keys.RUN_NAME) + "-" + HexFormat.of().formatHex(hash, 0, 4);
  }
}
