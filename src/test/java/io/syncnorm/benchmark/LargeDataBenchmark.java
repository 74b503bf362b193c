package io.syncnorm.benchmark;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.experiment.rows.DataSources;
import io.syncnorm.spark.shard.DealtData;
import io.syncnorm.spark.shard.ShardTraining;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.RowTransform;
import io.syncnorm.spark.source.Source;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Prints how much slower the network of the main job trains on data that is larger than the heap
 * than on MNIST in memory: seconds per million rows of an epoch, in two ranks in local mode. Epochs
 * alternate, because the speed of a machine drifts. The test rows are few.
 *
 * <pre>
 * java -Xmx1g @conf/local-jvm.options -cp ... io.syncnorm.benchmark.LargeDataBenchmark PAIRS SETTING...
 *
 * LargeData idx FOLDER        data.train-images=FOLDER/train-images-idx3-ubyte
 *                             data.train-labels=FOLDER/train-labels-idx1-ubyte
 * LargeData parquet FOLDER    data.train.format=parquet data.train.path=FOLDER/train
 *                             data.test.path=FOLDER/train/part-00000.parquet data.scale=by-255
 * </pre>
 *
 * <p>The settings name the large data. The figures hold while its files lie in the page cache.
 */
public final class LargeDataBenchmark {
  private static final int WORLD = 2;
  private static final int MNIST_EPOCHS = 20;

  private final JavaSparkContext spark;

  private LargeDataBenchmark(JavaSparkContext spark) {
    this.spark = spark;
  }

  public static void main(String[] arguments) {
    int pairs = Integer.parseInt(arguments[0]);
    SparkConf conf =
        new SparkConf()
            .setMaster("local[" + WORLD + "]")
            .setAppName("LargeDataBenchmark")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      LargeDataBenchmark benchmark = new LargeDataBenchmark(spark);
      benchmark.run(pairs, Arrays.copyOfRange(arguments, 1, arguments.length));
    }
  }

  private void run(int pairs, String... settings) {
    try (Training mnist = new Training(MNIST_EPOCHS);
        Training large = new Training(1, settings)) {
      mnist.secondsPerMillionRows(); // warm up
      large.secondsPerMillionRows();
      List<Double> ratios = new ArrayList<>();
      for (int pair = 0; pair < pairs; pair++) {
        double inMemory = mnist.secondsPerMillionRows();
        double fromDisk = large.secondsPerMillionRows();
        ratios.add(fromDisk / inMemory);
        print("in memory %.2f, large %.2f s per million rows", inMemory, fromDisk);
      }
      print("ratio %.3f (median of %d pairs)", median(ratios), pairs);
    }
  }

  /** Rows that are dealt, and the training on them. */
  private final class Training implements AutoCloseable {
    private final Configuration configuration;
    private final DealtData dealt;

    Training(int epochs, String... settings) {
      List<String> all =
          Stream.concat(
                  Stream.of("training.epochs=" + epochs, "data.limit-test=256"),
                  Arrays.stream(settings))
              .toList();
      configuration = ConfigLoader.load(List.of(), all).with(Keys.CLASSES, 10);
      DataSources sources = new DataSources(spark, configuration);
      Source training = sources.training();
      long start = System.nanoTime();
      try (PackedData packed =
          PackedData.read(spark, training, sources.test(training), LoadListener.NONE)) {
        long read = System.nanoTime();
        dealt =
            DealtData.deal(
                spark,
                packed,
                Dealing.SHUFFLED,
                WORLD,
                configuration.get(Keys.SEED),
                RowTransform.NONE,
                configuration.rowMemory(Runtime.getRuntime().maxMemory()));
        print(
            "%d rows: read in %.1f s, dealt in %.1f s",
            packed.survey().training().rows(),
            1e-9 * (read - start),
            1e-9 * (System.nanoTime() - read));
      }
    }

    /** Trains a fresh network; the median of its epochs. */
    double secondsPerMillionRows() {
      List<Double> seconds = new ArrayList<>();
      new ShardTraining(spark, dealt, TraineeMaker.CONFIGURED)
          .run(
              "benchmark",
              configuration,
              Progress.from(Snapshot.fresh(configuration, dealt.inputs())),
              (results, progress) -> results.forEach(result -> seconds.add(perMillion(result))));
      return median(seconds);
    }

    private static double perMillion(EpochResult result) {
      return 1e6 * result.times().seconds() / result.rows();
    }

    @Override
    public void close() {
      dealt.close();
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
