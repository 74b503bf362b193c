package io.syncnorm.experiment;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
   * @throws RuntimeException as documented by the parts: data, slots, rank, directory
   */
  public RunResult run(List<ModelPlan> plans, Path out) {
    int world = ((WorldSize.Fixed) configuration.training().world()).ranks();
    TaskSlots.await(spark, world, configuration.training().faults().slotTimeout());
    Dataset dataset = Dataset.read(configuration.data(), spark.hadoopConfiguration());
    plans.forEach(plan -> plan.architecture(dataset.train().rowLength()));
    try (RunDirectory directory = RunDirectory.open(out.resolve(directoryName()));
        ShardedData data = shard(dataset, world)) {
      RunOutputs outputs = new RunOutputs(directory, listener);
      directory.delete(RunOutputs.RESULT);
      directory.write(RunOutputs.CONFIGURATION, configuration.render());
      listener.runStarted(directory.path(), world, data.plan().stepsPerEpoch());
      for (ModelPlan plan : plans) {
        Configuration planned = plan.configuration().withWorld(world);
        String file = (plans.size() == 1 ? "" : plan.name() + "/") + RunOutputs.MODEL;
        List<EpochResult> history = new ArrayList<>();
        Snapshot trained = train(plan.name(), planned, data, outputs, history);
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
      RunOutputs outputs,
      List<EpochResult> history) {
    int epochs = planned.training().epochs();
    listener.modelStarted(model, epochs);
    try {
      return new TrainingJob(spark, data)
          .run(
              "%s: %d epochs on %d ranks".formatted(model, epochs, data.world()),
              planned,
              RankTraining.freshModel(planned, data.inputs()),
              (result, snapshot) -> {
                history.add(result);
                metrics.add(metricsOf(model, result));
                outputs.writeMetrics(metrics);
                listener.epochFinished(model, result);
              });
    } finally {
      listener.modelFinished(model);
    }
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
        file);
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
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((command + "\n" + configuration.render()).getBytes(StandardCharsets.UTF_8));
      return configuration.run().name() + "-" + HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
