package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.ExchangeBenchmark;
import io.syncnorm.comm.SharedMemoryWorld;
import io.syncnorm.comm.SoloCommunicator;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxReader;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.dl4j.TrainingMasterBenchmark;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.ProductBenchmark;
import io.syncnorm.spark.shard.DealtData;
import io.syncnorm.spark.shard.GivenRows;
import io.syncnorm.spark.shard.ShardTraining;
import io.syncnorm.submit.ClusterBenchmark;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Prints the speed of the main job on real MNIST. Variants run alternately, in rounds, because the
 * speed of a machine drifts; figures are medians over the epochs of all rounds.
 */
public final class TrainingBenchmark {
  private static final int ROUNDS = 7;
  private static final int EPOCHS = 4;
  private static final int WARM_UP_EPOCHS = 6;
  private static final int BATCH = 128;
  private static final String UNTOLD = "training.telemetry=off";
  private static final String RECALIBRATED = "model.batch-norm.recalibrate=10000";

  private final LabelledImages train;
  private final LabelledImages test;

  private TrainingBenchmark() {
    var hadoop = new org.apache.hadoop.conf.Configuration();
    train =
        IdxReader.read(
            Keys.TRAIN_IMAGES.byDefault(),
            Keys.TRAIN_LABELS.byDefault(),
            10,
            Integer.MAX_VALUE,
            hadoop);
    test =
        IdxReader.read(
            Keys.TEST_IMAGES.byDefault(),
            Keys.TEST_LABELS.byDefault(),
            10,
            Integer.MAX_VALUE,
            hadoop);
  }

  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    new TrainingBenchmark().run();
  }

  private void run() throws Exception {
    System.out.printf(
        Locale.ROOT,
        "%s, %d cores, Java %s%n",
        Blas.instance().description(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"));

    Series one = new Series("one rank");
    Series oneWithout = new Series("one rank without BN");
    Series global = new Series("two ranks, sync = global");
    Series local = new Series("two ranks, sync = local");
    Series untold = new Series("two ranks, telemetry = off");
    Series recalibrated = new Series("two ranks, recalibrate = 10000");
    List<Double> products = new ArrayList<>();
    List<Double> gigaflops = new ArrayList<>();
    train(1, EPOCHS + WARM_UP_EPOCHS);
    train(1, EPOCHS + WARM_UP_EPOCHS, "model.batch-norm.enabled=false");
    train(2, EPOCHS + WARM_UP_EPOCHS);
    train(2, EPOCHS + WARM_UP_EPOCHS, "model.batch-norm.sync=local");
    train(2, EPOCHS + WARM_UP_EPOCHS, UNTOLD);
    train(2, EPOCHS + WARM_UP_EPOCHS, RECALIBRATED);
    for (int round = 0; round < ROUNDS; round++) {
      gigaflops.add(Blas.instance().measureGigaflops());
      products.add(ProductBenchmark.secondsPerStep(architecture(), BATCH));
      one.add(train(1, EPOCHS));
      oneWithout.add(train(1, EPOCHS, "model.batch-norm.enabled=false"));
      global.add(train(2, EPOCHS));
      local.add(train(2, EPOCHS, "model.batch-norm.sync=local"));
      untold.add(train(2, EPOCHS, UNTOLD));
      recalibrated.add(train(2, EPOCHS, RECALIBRATED));
    }
    int steps = (train.count() + BATCH - 1) / BATCH;
    double stepMillis = 1e3 * one.median(TrainingBenchmark::stepSeconds) / steps;
    double productMillis = 1e3 * median(products);
    System.out.printf(
        Locale.ROOT, "sgemm 128 x 784 x 128                  %8.0f GFLOP/s%n", median(gigaflops));
    System.out.printf(
        Locale.ROOT, "the step's eight sgemm calls alone     %8.3f ms%n", productMillis);
    System.out.printf(
        Locale.ROOT,
        "one rank, one core: a step             %8.3f ms, %.2f times its sgemm calls%n",
        stepMillis,
        stepMillis / productMillis);
    System.out.printf(
        Locale.ROOT,
        "one rank without BN: a step            %8.3f ms%n",
        1e3 * oneWithout.median(TrainingBenchmark::stepSeconds) / steps);
    for (Series series : List.of(global, local, untold, recalibrated)) {
      System.out.printf(
          Locale.ROOT,
          "%-38s %8.3f s an epoch (steps %.3f, of which exchange %.4f, wait %.4f; merge %.4f;"
              + " evaluation %.3f)%n",
          series.name,
          series.median(e -> e.times().seconds()),
          series.median(TrainingBenchmark::stepSeconds),
          series.median(e -> e.times().syncSeconds()),
          series.median(e -> e.times().waitSeconds()),
          series.median(e -> e.times().averageSeconds()),
          series.median(TrainingBenchmark::evaluationSeconds));
    }
    System.out.printf(
        Locale.ROOT,
        "synchronization costs                  %+8.1f %% (steps and merge, global over local)%n",
        percentOver(global, local, TrainingBenchmark::trainingSeconds));
    System.out.printf(
        Locale.ROOT,
        "telemetry costs                        %+8.1f %% of a step, %+.1f %% of an epoch%n",
        percentOver(global, untold, TrainingBenchmark::stepSeconds),
        percentOver(global, untold, e -> e.times().seconds()));
    System.out.printf(
        Locale.ROOT,
        "recalibrating with 10,000 images costs %+8.1f %% of an epoch, second evaluation"
            + " included%n",
        percentOver(recalibrated, global, e -> e.times().seconds()));
    spark();
    ExchangeBenchmark.print();
    ClusterBenchmark.print();
    TrainingMasterBenchmark.print();
  }

  /** Trains in Spark's barrier job, as the main job does. */
  private void spark() {
    Configuration configuration = configuration("training.epochs=20");
    try (JavaSparkContext context =
            new JavaSparkContext(
                new SparkConf()
                    .setMaster("local[2]")
                    .setAppName("TrainingBenchmark")
                    .set("spark.ui.enabled", "false")
                    .set("spark.driver.host", "127.0.0.1")
                    .set("spark.driver.bindAddress", "127.0.0.1"));
        DealtData data =
            GivenRows.dealt(context, train.rows(), test.rows(), Dealing.SHUFFLED, 2, 42)) {
      Series series = new Series("Spark local[2], sync = global");
      long start = System.nanoTime();
      new ShardTraining(context, data, TraineeMaker.CONFIGURED)
          .run(
              "benchmark",
              configuration,
              Progress.from(Snapshot.fresh(configuration, data.inputs())),
              (finished, snapshot) -> series.results.addAll(finished));
      double seconds = 1e-9 * (System.nanoTime() - start);
      System.out.printf(
          Locale.ROOT,
          "%-38s %8.3f s an epoch; 20 epochs in %.2f s, job start and end included%n",
          series.name,
          series.median(e -> e.times().seconds()),
          seconds);
    }
  }

  private List<EpochResult> train(int size, int epochs, String... overrides) throws Exception {
    Configuration configuration = configuration(overrides(epochs, overrides));
    List<Shard> shards = Sharding.deal(train.rows(), test.rows(), size, 42, Dealing.SHUFFLED);
    StepPlan plan = StepPlan.of(shards, BATCH);
    Snapshot start = Snapshot.fresh(configuration, train.rowLength());
    SharedMemoryWorld world = new SharedMemoryWorld(size, configuration.get(Keys.WAIT_TIMEOUT));
    List<EpochResult> results = new CopyOnWriteArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(size);
    try {
      List<Future<?>> ranks = new ArrayList<>();
      for (Shard shard : shards) {
        Communicator end = size == 1 ? new SoloCommunicator() : world.communicator(shard.rank());
        ranks.add(
            threads.submit(
                () ->
                    new RankTraining(
                            configuration, shard, plan, TraineeMaker.CONFIGURED, start, end)
                        .run((result, snapshot) -> results.add(result), List.of())));
      }
      for (Future<?> rank : ranks) {
        rank.get();
      }
    } finally {
      threads.shutdownNow();
    }
    return results;
  }

  private static String[] overrides(int epochs, String... more) {
    List<String> all = new ArrayList<>(List.of("training.epochs=" + epochs));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  private Architecture architecture() {
    return Blueprint.of(configuration(), train.rowLength()).architecture();
  }

  private static Configuration configuration(String... overrides) {
    return ConfigLoader.load(List.of(), List.of(overrides)).with(Keys.CLASSES, 10);
  }

  private static double stepSeconds(EpochResult result) {
    EpochResult.Times times = result.times();
    return times.computeSeconds() + times.syncSeconds() + times.waitSeconds();
  }

  private static double trainingSeconds(EpochResult result) {
    return stepSeconds(result) + result.times().averageSeconds();
  }

  private static double evaluationSeconds(EpochResult result) {
    return result.times().seconds() - trainingSeconds(result);
  }

  private static double percentOver(
      Series more, Series less, ToDoubleFunction<EpochResult> figure) {
    return 100 * (more.median(figure) / less.median(figure) - 1);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static final class Series {
    final String name;
    final List<EpochResult> results = new ArrayList<>();

    Series(String name) {
      this.name = name;
    }

    void add(List<EpochResult> epochs) {
      results.addAll(epochs);
    }

    double median(ToDoubleFunction<EpochResult> figure) {
      return TrainingBenchmark.median(results.stream().map(figure::applyAsDouble).toList());
    }
  }
}
