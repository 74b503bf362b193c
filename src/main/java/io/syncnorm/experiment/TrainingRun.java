package io.syncnorm.experiment;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.checkpoint.Checkpoint;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.WorldSize;
import io.syncnorm.dl4j.Dl4jModel;
import io.syncnorm.files.Sha256;
import io.syncnorm.nn.Blas;
import io.syncnorm.report.Baseline;
import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import io.syncnorm.spark.ShardedData;
import io.syncnorm.spark.SparkPages;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.TrainingJob;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** Trains the models of one run, one after the other, and leaves all outputs in its directory. */
public final class TrainingRun {
  private final JavaSparkContext spark;
  private final SharedData shared;

  /** What Spark's pages were told that the jobs of this thread are for. */
  private final Optional<String> askedFor;

  private final String command;
  private final Configuration configuration;
  private final RunListener listener;
  private final long startNanos = System.nanoTime();
  private final List<EpochMetrics> metrics = new ArrayList<>();
  private final List<ModelResult> results = new ArrayList<>();
  private final Map<String, ClassificationReport> evaluations = new LinkedHashMap<>();

  /**
   * @param shared the data of this run and of others
   * @param command decides, with the configuration, the name of the run directory
   */
  public TrainingRun(
      JavaSparkContext spark,
      SharedData shared,
      String command,
      Configuration configuration,
      RunListener listener) {
    this.spark = spark;
    this.shared = shared;
    this.askedFor = Optional.ofNullable(spark.getLocalProperty("spark.job.description"));
    this.command = command;
    this.configuration =
        configuration.training().world() instanceof WorldSize.Auto
            ? configuration.withWorld(
                TaskSlots.settled(spark, configuration.training().faults().slotTimeout()))
            : configuration;
    this.listener = listener;
  }

  /**
   * @param baselines what to train beside, for the report
   * @param out folder that run directories are made in
   * @param beginning what to make of what an earlier run left
   * @return the result of this run, or of the earlier one that had finished
   * @throws AnotherRunException if the directory holds a run on other data, or a checkpoint is of
   *     another run
   * @throws CheckpointException if what is named to begin from cannot be used
   * @throws RuntimeException as documented by the parts: data, slots, rank, directory
   */
  public RunResult run(
      List<ModelPlan> plans, List<MllibBaseline> baselines, Path out, Beginning beginning) {
    int world = world();
    Path path = out.resolve(name());
    RunDirectory.requireFree(path); // who holds it may hold the slots as well
    TaskSlots.await(spark, world, configuration.training().faults().slotTimeout());
    Dataset dataset = shared.dataset(configuration.data());
    Map<ModelPlan, PlannedModel> networks = new LinkedHashMap<>();
    Map<String, String> hashes = new LinkedHashMap<>(dataset.hashes());
    for (ModelPlan plan : plans) {
      PlannedModel network = plan.model(dataset.train().images());
      networks.put(plan.withWorld(world), network);
      hashes.putAll(network.files());
    }
    boolean isForced = beginning instanceof Beginning.Forced;
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
      RunOutputs outputs = new RunOutputs(directory, listener);
      List<Start> starts =
          new Starts(configuration.checkpoint(), spark.hadoopConfiguration(), listener)
              .of(networks, hashes, directory.path(), beginning);
      directory.delete(RunOutputs.RESULT);
      return train(starts, baselines, dataset, hashes, directory, outputs);
    }
  }

  private Optional<RunResult> finished(RunDirectory directory, Map<String, String> hashes) {
    Optional<RunResult> finished = new RunOutputs(directory, listener).finished(hashes);
    finished.ifPresent(result -> listener.runFinishedBefore(directory.path()));
    return finished;
  }

  private RunResult train(
      List<Start> starts,
      List<MllibBaseline> baselines,
      Dataset dataset,
      Map<String, String> hashes,
      RunDirectory directory,
      RunOutputs outputs) {
    int world = world();
    try (SharedData.Dealt dealt = shared.deal(configuration)) {
      ShardedData data = dealt.sharded();
      directory.write(RunOutputs.CONFIGURATION, configuration.render());
      listener.runStarted(directory.path(), world, data.plan().stepsPerEpoch());
      for (Start start : starts) {
        ModelPlan plan = start.plan();
        String file = (starts.size() == 1 ? "" : plan.name() + "/") + RunOutputs.MODEL;
        List<EpochResult> history = new ArrayList<>(start.history());
        Snapshot trained = train(start, data, outputs, history);
        if (results.size() == starts.size() - 1) { // no epoch is left
          outputs.startDrawing(metrics);
        }
        Dl4jModel model = start.network().model(trained);
        directory.write(file, model::write);
        ModelEvaluation.Outcome outcome = ModelEvaluation.evaluate(model, dataset.test());
        evaluations.put(plan.name(), outcome.evaluation());
        results.add(Figures.ofModel(plan.name(), start.network(), history, file));
      }
      List<Baseline> measured = baselines.stream().map(this::measure).toList();
      RunResult result =
          new RunResult(
              "done",
              directory.path().getFileName().toString(),
              configuration.run().seed(),
              world,
              Blas.instance().description(),
              hashes,
              spark.version(),
              results,
              1e-9 * (System.nanoTime() - startNanos),
              measured);
      outputs.write(result, metrics, evaluations, configuration);
      return result;
    }
  }

  private Baseline measure(MllibBaseline baseline) {
    return baseline.run(
        spark, configuration, point -> listener.baselineTrained(MllibBaseline.NAME, point));
  }

  private int world() {
    return ((WorldSize.Fixed) configuration.training().world()).ranks();
  }

  private Snapshot train(
      Start start, ShardedData data, RunOutputs outputs, List<EpochResult> history) {
    String model = start.plan().name();
    Configuration planned = start.plan().configuration();
    int epochs = planned.training().epochs();
    String title = "%s, %s".formatted(askedFor.orElse(name()), model);
    SparkPages pages = SparkPages.of(spark);
    start
        .network()
        .remark((long) epochs * data.plan().stepsPerEpoch())
        .ifPresent(remark -> listener.modelRemark(model, remark));
    listener.modelStarted(model, epochs);
    try {
      if (!history.isEmpty()) {
        history.forEach(result -> metrics.add(Figures.ofEpoch(model, result)));
        outputs.writeMetrics(metrics);
        listener.modelResumed(model, history.size());
      }
      if (start.isComplete()) {
        return start.snapshot();
      }
      return new TrainingJob(spark, data, start.network().trainer())
          .run(
              String.format(Locale.ROOT, "%s: %d epochs on %d ranks", title, epochs, data.world()),
              planned,
              start.snapshot(),
              (finished, snapshot) -> {
                history.addAll(finished);
                // The checkpoint first: the metrics can be had from it again.
                start.checkpoints().write(new Checkpoint(history, snapshot), finished.size());
                finished.forEach(result -> metrics.add(Figures.ofEpoch(model, result)));
                outputs.writeMetrics(metrics);
                for (EpochResult result : finished) {
                  listener.epochFinished(model, result);
                  pages.add(
                      String.format(
                          Locale.ROOT,
                          "%s: epoch %d of %d, test accuracy %.4f, %.2f s",
                          title,
                          result.epoch(),
                          epochs,
                          result.testAccuracy(),
                          result.times().seconds()));
                }
              });
    } finally {
      listener.modelFinished(model);
    }
  }

  /** The configuration, its world counted out. */
  Configuration configuration() {
    return configuration;
  }

  /** Name of the run directory. */
  String name() {
    return name(command, configuration);
  }

  /**
   * Name of the directory of a run.
   *
   * @param configuration its world counted out
   */
  public static String name(String command, Configuration configuration) {
    byte[] hash = Sha256.of(command + "\n" + configuration.renderOutcome());
    return configuration.run().name() + "-" + HexFormat.of().formatHex(hash, 0, 4);
  }
}
