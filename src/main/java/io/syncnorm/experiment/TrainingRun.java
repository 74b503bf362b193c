package io.syncnorm.experiment;

import io.syncnorm.config.AveragingSettings.OptimizerState;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.WorldSize;
import io.syncnorm.data.Sharding;
import io.syncnorm.dl4j.Dl4jModel;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.Evaluation;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import io.syncnorm.spark.ShardedData;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.TrainingJob;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.spark.api.java.JavaSparkContext;

/** Trains the models of one run, one after the other, and leaves all outputs in its directory. */
public final class TrainingRun {
  private final JavaSparkContext spark;
  private final String command;
  private final Configuration configuration;
  private final RunListener listener;
  private final long startNanos = System.nanoTime();
  private final List<EpochMetrics> metrics = new ArrayList<>();
  private final List<ModelResult> results = new ArrayList<>();
  private final Map<String, Evaluation> evaluations = new LinkedHashMap<>();

  /**
   * @param command decides, with the configuration, the name of the run directory
   */
  public TrainingRun(
      JavaSparkContext spark, String command, Configuration configuration, RunListener listener) {
    this.spark = spark;
    this.command = command;
    this.configuration =
        configuration.training().world() instanceof WorldSize.Auto
            ? configuration.withWorld(
                TaskSlots.settled(spark, configuration.training().faults().slotTimeout()))
            : configuration;
    this.listener = listener;
  }

  /**
   * @param out folder that run directories are made in
   * @param beginning what to make of an earlier run's directory
   * @return the result of this run, or of the earlier one that had finished
   * @throws AnotherRunException if the directory holds a run on other data
   * @throws RuntimeException as documented by the parts: data, slots, rank, directory
   */
  public RunResult run(List<ModelPlan> plans, Path out, Beginning beginning) {
    int world = world();
    TaskSlots.await(spark, world, configuration.training().faults().slotTimeout());
    Dataset dataset = Dataset.read(configuration.data(), spark.hadoopConfiguration());
    plans.forEach(plan -> plan.architecture(dataset.train().rowLength()));
    try (RunDirectory directory = RunDirectory.open(out.resolve(directoryName()))) {
      RunOutputs outputs = new RunOutputs(directory, listener);
      if (beginning != Beginning.FORCE) {
        Optional<RunResult> finished = outputs.finished(dataset.hashes());
        if (finished.isPresent()) {
          listener.runFinishedBefore(directory.path());
          return finished.get();
        }
      }
      directory.delete(RunOutputs.RESULT);
      Map<ModelPlan, Checkpoints> checkpoints = new LinkedHashMap<>();
      for (ModelPlan plan : plans) {
        Checkpoints ofModel =
            new Checkpoints(
                directory,
                plan.name(),
                plan.configuration().withWorld(world),
                dataset.hashes(),
                listener);
        if (beginning != Beginning.RESUME) {
          ofModel.clear();
        }
        checkpoints.put(plan, ofModel);
      }
      return train(checkpoints, dataset, directory, outputs);
    }
  }

  private RunResult train(
      Map<ModelPlan, Checkpoints> checkpoints,
      Dataset dataset,
      RunDirectory directory,
      RunOutputs outputs) {
    int world = world();
    try (ShardedData data = shard(dataset, world)) {
      directory.write(RunOutputs.CONFIGURATION, configuration.render());
      listener.runStarted(directory.path(), world, data.plan().stepsPerEpoch());
      for (ModelPlan plan : checkpoints.keySet()) {
        Configuration planned = plan.configuration().withWorld(world);
        String file = (checkpoints.size() == 1 ? "" : plan.name() + "/") + RunOutputs.MODEL;
        List<EpochResult> history = new ArrayList<>();
        Snapshot trained =
            train(plan.name(), planned, data, checkpoints.get(plan), outputs, history);
        Architecture architecture = plan.architecture(data.inputs());
        Dl4jModel model =
            Dl4jModel.of(architecture, trained.state(), planned.training().optimizer());
        directory.write(file, model::write);
        evaluations.put(plan.name(), ModelEvaluation.evaluate(model, dataset.test()).evaluation());
        results.add(resultOf(plan.name(), architecture, history, file));
      }
      RunResult result =
          new RunResult(
              "done",
              directory.path().getFileName().toString(),
              configuration.run().seed(),
              world,
              Blas.instance().description(),
              dataset.hashes(),
              spark.version(),
              results,
              1e-9 * (System.nanoTime() - startNanos));
      outputs.write(result, metrics, evaluations, configuration);
      return result;
    }
  }

  private int world() {
    return ((WorldSize.Fixed) configuration.training().world()).ranks();
  }

  private ShardedData shard(Dataset dataset, int world) {
    return ShardedData.distribute(
        spark,
        Sharding.deal(dataset.train(), dataset.test(), world, configuration.run().seed()),
        configuration.training().batchSize());
  }

  private Snapshot train(
      String model,
      Configuration planned,
      ShardedData data,
      Checkpoints checkpoints,
      RunOutputs outputs,
      List<EpochResult> history) {
    int epochs = planned.training().epochs();
    listener.modelStarted(model, epochs);
    try {
      Snapshot start = RankTraining.freshModel(planned, data.inputs());
      Optional<Checkpoint> found =
          checkpoints.latest(start).filter(last -> isResumable(planned, checkpoints, last));
      if (found.isPresent()) {
        Checkpoint last = found.get();
        start = last.snapshot();
        history.addAll(last.history());
        history.forEach(result -> metrics.add(metricsOf(model, result)));
        outputs.writeMetrics(metrics);
        listener.modelResumed(model, last.epoch());
        if (last.epoch() == epochs) {
          return start;
        }
      }
      return new TrainingJob(spark, data)
          .run(
              "%s: %d epochs on %d ranks".formatted(model, epochs, data.world()),
              planned,
              start,
              (result, snapshot) -> {
                history.add(result);
                metrics.add(metricsOf(model, result));
                outputs.writeMetrics(metrics);
                checkpoints.write(new Checkpoint(history, snapshot));
                listener.epochFinished(model, result);
              });
    } finally {
      listener.modelFinished(model);
    }
  }

  /**
   * A snapshot has the optimizer of one rank. Where each keeps its own, the others' moments are
   * lost with the run, and going on would train another model.
   */
  private boolean isResumable(Configuration planned, Checkpoints checkpoints, Checkpoint last) {
    boolean lacksOptimizers =
        planned.training().averaging().optimizerState() == OptimizerState.KEEP
            && world() > 1
            && !last.snapshot().optimizerSlots().isEmpty();
    if (lacksOptimizers && last.epoch() < planned.training().epochs()) {
      listener.checkpointUnused(
          checkpoints.file(last),
          "with training.averaging.optimizer-state=keep each of world=%d ranks has an optimizer of its own and a checkpoint holds only one: training starts from scratch"
              .formatted(world()));
      return false;
    }
    return true;
  }

  private static ModelResult resultOf(
      String model, Architecture architecture, List<EpochResult> history, String file) {
    EpochResult last = history.get(history.size() - 1);
    double seconds = history.stream().mapToDouble(e -> e.times().seconds()).sum();
    long rows = history.stream().mapToLong(EpochResult::rows).sum();
    return new ModelResult(
        model,
        architecture.isBatchNormalized(),
        ParameterLayout.of(architecture).parameterCount(),
        last.epoch(),
        last.testAccuracy(),
        last.testLoss(),
        seconds,
        seconds / history.size(),
        (double) rows / seconds,
        median(history, e -> e.exchanges().p50Micros()),
        median(history, e -> e.exchanges().p99Micros()),
        file);
  }

  /** Of the epochs, because the first ones are slower: the JVM is still compiling. */
  private static double median(List<EpochResult> history, ToDoubleFunction<EpochResult> figure) {
    double[] sorted = history.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static EpochMetrics metricsOf(String model, EpochResult result) {
    EpochResult.Times times = result.times();
    return new EpochMetrics(
        model,
        result.epoch(),
        result.trainLoss(),
        result.trainAccuracy(),
        result.testLoss(),
        result.testAccuracy(),
        times.seconds(),
        times.computeSeconds(),
        times.syncSeconds(),
        times.waitSeconds(),
        times.averageSeconds());
  }

  private String directoryName() {
    byte[] hash = Sha256.of(command + "\n" + configuration.renderOutcome());
    return configuration.run().name() + "-" + HexFormat.of().formatHex(hash, 0, 4);
  }
}
