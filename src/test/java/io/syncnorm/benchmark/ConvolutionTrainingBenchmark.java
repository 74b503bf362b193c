package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxReader;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.dl4j.file.LayerEngine;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.ProductBenchmark;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import io.syncnorm.train.Worlds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Prints how long convolutional networks train in the fused engine, in DL4J's layers and in
 * PyTorch, and how long the bare matrix products take. All of them run alternately, in rounds,
 * because the speed of a machine drifts; figures are medians over the rounds.
 *
 * <p>Without PyTorch (Debian: {@code python3-torch libopenblas0-pthread}) its lines are missing.
 */
public final class ConvolutionTrainingBenchmark {
  private static final int ROUNDS = 3;
  private static final int WARM_UP_ROUNDS = 1;
  private static final int RANKS = 2;
  private static final int BATCH = 32;

  /** DL4J's layers take seconds for a thousand rows. */
  private static final int ROWS_OF_LAYERS = 3_000;

  private static final String PRODUCTS = "matrix products alone, two threads";
  private static final String FUSED = "fused engine, two ranks";
  private static final String FUSED_ALONE = "fused engine, one rank";
  private static final String LAYERS = "DL4J's layers, two ranks";

  private static final String LENET =
      "model.layers=[{conv = 8, kernel = 5}, batch-norm, relu, {max-pool = 2},"
          + " {conv = 16, kernel = 5}, batch-norm, relu, {max-pool = 2},"
          + " {dense = 96}, batch-norm, relu]";

  private static final String COLOUR =
      "model.layers=[{conv = 32, kernel = 3, padding = same}, batch-norm, relu, {max-pool = 2},"
          + " {conv = 64, kernel = 3, padding = same}, batch-norm, relu, {max-pool = 2},"
          + " {conv = 128, kernel = 3, padding = same}, batch-norm, relu, global-average-pool]";

  /** Seconds a thousand rows of each line of the table, one value a round. */
  private final Map<String, List<Double>> measured = new LinkedHashMap<>();

  private final boolean hasPyTorch = PyTorchSteps.isInstalled();

  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    System.out.printf(
        Locale.ROOT,
        "%s, %.0f GFLOP/s, %d cores, Java %s%n",
        Blas.instance().description(),
        Blas.instance().measureGigaflops(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"));
    new ConvolutionTrainingBenchmark().lenet();
    new ConvolutionTrainingBenchmark().colour();
  }

  private void lenet() throws Exception {
    LabelledImages images = mnist();
    Configuration configuration = configuration(LENET, "model.image=[28, 28, 1]");
    Rows some = images.rows().pick(first(ROWS_OF_LAYERS));
    LayerEngine layers = LayerEngine.lenet(configuration);
    for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      products(round, configuration, images.rowLength());
      fused(round, configuration, images.rows());
      add(round, LAYERS, train(configuration, some, RANKS, layers.maker(), layers.start()));
      pyTorch(round, PyTorchSteps.variants("lenet", BATCH, RANKS * BATCH));
    }
    print("LeNet on MNIST, 28 x 28 x 1, batch 32 a rank");
    compare(LAYERS, FUSED, "at least 25");
    comparePyTorch("at least 4");
    compare(FUSED, PRODUCTS, "at most 3");
  }

  private void colour() throws Exception {
    Rows rows = generated(4_096, 32 * 32 * 3);
    Configuration configuration = configuration(COLOUR, "model.image=[32, 32, 3]");
    for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      products(round, configuration, rows.rowLength());
      fused(round, configuration, rows);
      pyTorch(round, PyTorchSteps.variants("colour", BATCH, RANKS * BATCH));
    }
    print("3x3 convolutions of 32, 64 and 128 filters on 32 x 32 x 3, batch 32 a rank");
    comparePyTorch("none");
    compare(FUSED, PRODUCTS, "none");
  }

  /** Both ranks multiply at once, as in training: they share caches and memory. */
  private void products(int round, Configuration configuration, int inputs) throws Exception {
    Architecture architecture = Blueprint.of(configuration, inputs).architecture();
    ExecutorService threads = Executors.newFixedThreadPool(RANKS);
    try {
      List<Future<Double>> ranks = new ArrayList<>();
      for (int rank = 0; rank < RANKS; rank++) {
        ranks.add(threads.submit(() -> ProductBenchmark.secondsPerStep(architecture, BATCH)));
      }
      double slowest = 0;
      for (Future<Double> rank : ranks) {
        slowest = Math.max(slowest, rank.get());
      }
      add(round, PRODUCTS, 1e3 * slowest / (RANKS * BATCH));
    } finally {
      threads.shutdownNow();
    }
  }

  private void fused(int round, Configuration configuration, Rows rows) throws Exception {
    Snapshot start = Snapshot.fresh(configuration, rows.rowLength());
    add(round, FUSED, train(configuration, rows, RANKS, TraineeMaker.CONFIGURED, start));
    add(round, FUSED_ALONE, train(configuration, rows, 1, TraineeMaker.CONFIGURED, start));
  }

  /** Trains an epoch; returns seconds a thousand rows, merge included, evaluation not. */
  private static double train(
      Configuration configuration, Rows rows, int ranks, TraineeMaker maker, Snapshot start)
      throws Exception {
    Rows test = rows.pick(first(BATCH));
    List<Shard> shards = Sharding.deal(rows, test, ranks, 42, Dealing.SHUFFLED);
    EpochResult.Times times =
        Worlds.train(configuration, shards, maker, start).epochs().get(0).times();
    double seconds =
        times.computeSeconds() + times.syncSeconds() + times.waitSeconds() + times.averageSeconds();
    return 1e3 * seconds / rows.count();
  }

  private void pyTorch(int round, List<PyTorchSteps.Variant> variants) {
    if (!hasPyTorch || round < 0) { // each of its processes has a warm-up of its own
      return;
    }
    for (PyTorchSteps.Variant variant : variants) {
      Map<String, String> printed = PyTorchSteps.run(variant);
      if (round == 0 && variant.equals(variants.get(0))) {
        System.out.printf("PyTorch %s, %s%n", printed.get("torch"), printed.get("blas"));
      }
      add(round, variant.toString(), Double.parseDouble(printed.get("seconds_per_1000_rows")));
    }
  }

  private void add(int round, String line, double secondsPerThousandRows) {
    if (round >= 0) {
      System.out.printf(Locale.ROOT, "%d: %s %.5f%n", round + 1, line, secondsPerThousandRows);
      measured.computeIfAbsent(line, any -> new ArrayList<>()).add(secondsPerThousandRows);
    }
  }

  private void print(String title) {
    System.out.printf(Locale.ROOT, "%n%s; medians of %d rounds%n", title, ROUNDS);
    System.out.printf(
        Locale.ROOT, "%-40s %14s %14s %9s%n", "", "s a 1000 rows", "s 60,000 rows", "of fused");
    double fused = median(FUSED);
    for (String line : measured.keySet()) {
      double seconds = median(line);
      System.out.printf(
          Locale.ROOT,
          "%-40s %14.5f %14.3f %8.2fx%n",
          line,
          seconds,
          60 * seconds,
          seconds / fused);
    }
  }

  private void compare(String more, String less, String target) {
    System.out.printf(
        Locale.ROOT,
        "%s / %s: %.2f (target: %s)%n",
        more,
        less,
        median(more) / median(less),
        target);
  }

  /** Compares with PyTorch at its best: with as many rows a step as a rank has, and as all have. */
  private void comparePyTorch(String target) {
    for (int batch : new int[] {BATCH, RANKS * BATCH}) {
      measured.keySet().stream()
          .filter(line -> line.startsWith("PyTorch, batch " + batch))
          .min(Comparator.comparingDouble(this::median))
          .ifPresent(best -> compare(best, FUSED, target));
    }
  }

  private double median(String line) {
    double[] sorted = measured.get(line).stream().mapToDouble(value -> value).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static Configuration configuration(String... network) {
    List<String> overrides =
        new ArrayList<>(
            List.of(
                "training.epochs=1",
                "training.batch-size=" + BATCH,
                "training.optimizer.learning-rate=0.01",
                "model.batch-norm.recalibrate=0"));
    overrides.addAll(List.of(network));
    return ConfigLoader.load(List.of(), overrides).with(Keys.CLASSES, 10);
  }

  private static LabelledImages mnist() {
    return IdxReader.read(
        Keys.TRAIN_IMAGES.byDefault(),
        Keys.TRAIN_LABELS.byDefault(),
        10,
        Integer.MAX_VALUE,
        new org.apache.hadoop.conf.Configuration());
  }

  private static Rows generated(int count, int length) {
    SplittableRandom random = new SplittableRandom(1);
    byte[] pixels = new byte[count * length];
    random.nextBytes(pixels);
    return new Rows(length, new Features.Bytes(pixels), random.ints(count, 0, 10).toArray());
  }

  private static int[] first(int count) {
    return IntStream.range(0, count).toArray();
  }
}
