package io.syncnorm.benchmark;

import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxReader;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.Sent;
import io.syncnorm.spark.source.IdxFiles;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.Source;
import io.syncnorm.spark.source.Survey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Loads MNIST and deals it to two ranks in local mode, in turn by the driver (read, dealt and
 * broadcast) and by executors (read, counted, dealt and shuffled). Prints milliseconds of each
 * stage and the ratio of the medians.
 */
public final class LoadBenchmark {
  private static final String FOLDER = "data/mnist/";
  private static final int WORLD = 2;
  private static final int ROUNDS = 9;
  private static final long SEED = 42;

  private LoadBenchmark() {}

  public static void main(String[] arguments) {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("load-benchmark")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      List<long[]> byDriver = new ArrayList<>();
      List<long[]> byExecutors = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        byDriver.add(byDriver(spark));
        byExecutors.add(byExecutors(spark));
      }
      print("driver    read, deal, broadcast, fetch", byDriver);
      print("executors read, deal, fetch           ", byExecutors);
      double ratio = (double) median(totals(byExecutors)) / median(totals(byDriver));
      System.out.println(
          String.format(
              Locale.ROOT,
              "first round %d and %d ms; median ratio %.2f",
              Arrays.stream(byDriver.get(0)).sum(),
              Arrays.stream(byExecutors.get(0)).sum(),
              ratio));
    }
  }

  private static long[] byDriver(JavaSparkContext spark) {
    long start = System.nanoTime();
    LabelledImages train = images("train", spark.hadoopConfiguration());
    LabelledImages test = images("t10k", spark.hadoopConfiguration());
    long read = System.nanoTime();
    List<Rows> rows = new ArrayList<>(Sharding.deal(train.rows(), WORLD, SEED, Dealing.SHUFFLED));
    rows.addAll(Sharding.deal(test.rows(), WORLD, SEED, Dealing.IN_ORDER));
    long dealt = System.nanoTime();
    List<Sent<Rows>> sent = Sent.each(spark, rows);
    long broadcast = System.nanoTime();
    JavaRDD<Integer> ranks = spark.parallelize(List.of(0, 1), WORLD);
    Jobs.run(
        ranks
            .mapPartitionsWithIndex(
                (rank, none) -> {
                  int count = sent.get(rank).value().count();
                  return List.of(count + sent.get(WORLD + rank).value().count()).iterator();
                },
                true)
            .rdd());
    long fetched = System.nanoTime();
    sent.forEach(Sent::destroy);
    return millis(start, read, dealt, broadcast, fetched);
  }

  private static LabelledImages images(String set, Configuration hadoop) {
    return IdxReader.read(file(set, "images-idx3"), file(set, "labels-idx1"), 10, 1 << 30, hadoop);
  }

  private static String file(String set, String kind) {
    return FOLDER + set + "-" + kind + "-ubyte.gz";
  }

  private static long[] byExecutors(JavaSparkContext spark) {
    long start = System.nanoTime();
    try (PackedData data =
        PackedData.read(
            spark,
            source(Part.TRAINING, "train", spark),
            source(Part.TEST, "t10k", spark),
            LoadListener.NONE)) {
      long read = System.nanoTime();
      Survey survey = data.survey();
      JavaRDD<Piece> pieces =
          data.deal(
              Dealing.SHUFFLED.deal(survey.training().rowsByLabel(), WORLD, SEED),
              Dealing.IN_ORDER.deal(survey.test().rowsByLabel(), WORLD, SEED));
      long dealt = System.nanoTime();
      Jobs.run(
          pieces
              .mapPartitions(
                  shard -> {
                    int count = 0;
                    while (shard.hasNext()) {
                      count += shard.next().rows().count();
                    }
                    return List.of(count).iterator();
                  })
              .rdd());
      long fetched = System.nanoTime();
      return millis(start, read, dealt, fetched);
    }
  }

  private static Source source(Part part, String set, JavaSparkContext spark) {
    return IdxFiles.of(
        part,
        file(set, "images-idx3"),
        file(set, "labels-idx1"),
        10,
        Source.NO_LIMIT,
        spark.hadoopConfiguration());
  }

  private static long[] millis(long... nanos) {
    long[] millis = new long[nanos.length - 1];
    Arrays.setAll(millis, i -> (nanos[i + 1] - nanos[i]) / 1_000_000);
    return millis;
  }

  private static void print(String name, List<long[]> rounds) {
    StringBuilder line = new StringBuilder(name).append(':');
    for (int stage = 0; stage < rounds.get(0).length; stage++) {
      int at = stage;
      line.append(' ').append(median(rounds.stream().map(round -> round[at]).toList()));
    }
    System.out.println(line.append(" = ").append(median(totals(rounds))).append(" ms"));
  }

  private static List<Long> totals(List<long[]> rounds) {
    return rounds.stream().map(round -> Arrays.stream(round).sum()).toList();
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
