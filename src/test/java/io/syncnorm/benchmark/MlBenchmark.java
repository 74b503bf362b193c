package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxReader;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.ml.SyncBatchNormClassificationModel;
import io.syncnorm.ml.SyncBatchNormClassifier;
import io.syncnorm.spark.shard.DealtData;
import io.syncnorm.spark.shard.GivenRows;
import io.syncnorm.spark.shard.ShardTraining;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Prints measurements of Spark ML on MNIST: fitting compared with the main job for the same epochs,
 * predicted rows per second, and the time to 97 % compared with MLlib's own perceptron.
 */
public final class MlBenchmark {
  private static final int EPOCHS = 20;
  private static final int WORLD = 2;
  private static final int PREDICTED_TIMES = 10;
  private static final double GOAL = 0.97;

  private final int rounds;
  private final SparkSession spark;
  private final Dataset<Row> train;
  private final Dataset<Row> test;

  private MlBenchmark(int rounds) {
    this.rounds = rounds;
    spark =
        SparkSession.builder()
            .master("local[" + WORLD + "]")
            .appName("benchmark")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    train = read(Keys.TRAIN_IMAGES, Keys.TRAIN_LABELS);
    test = read(Keys.TEST_IMAGES, Keys.TEST_LABELS);
  }

  /**
   * Prints the measurements.
   *
   * @param args rounds, and iterations of MLlib's perceptron; 5 and 100 by default
   */
  public static void main(String[] args) {
    Lifeline.tieToParent();
    MlBenchmark benchmark = new MlBenchmark(args.length > 0 ? Integer.parseInt(args[0]) : 5);
    benchmark.fitting();
    benchmark.predicting();
    benchmark.timeToGoal(args.length > 1 ? Integer.parseInt(args[1]) : 100);
    benchmark.spark.stop();
  }

  private Dataset<Row> read(Key<String> images, Key<String> labels) {
    Dataset<Row> read =
        spark
            .read()
            .format("idx")
            .option("images", images.byDefault())
            .option("labels", labels.byDefault())
            .load()
            .cache();
    read.count();
    return read;
  }

  private void fitting() {
    Configuration configuration =
        Configuration.defaults()
            .with(Keys.EPOCHS, EPOCHS)
            .with(Keys.WORLD, new WorldSize.Fixed(WORLD));
    var hadoop = spark.sparkContext().hadoopConfiguration();
    LabelledImages trainImages =
        IdxReader.read(
            Keys.TRAIN_IMAGES.byDefault(),
            Keys.TRAIN_LABELS.byDefault(),
            10,
            IdxReader.NO_LIMIT,
            hadoop);
    LabelledImages testImages =
        IdxReader.read(
            Keys.TEST_IMAGES.byDefault(),
            Keys.TEST_LABELS.byDefault(),
            10,
            IdxReader.NO_LIMIT,
            hadoop);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    double[] fits = new double[rounds];
    double[] jobs = new double[rounds];
    try (DealtData data =
        GivenRows.dealt(
            context, trainImages.rows(), testImages.rows(), Dealing.SHUFFLED, WORLD, 42)) {
      for (int round = 0; round < rounds; round++) {
        jobs[round] =
            seconds(
                () ->
                    new ShardTraining(context, data, TraineeMaker.CONFIGURED)
                        .run(
                            "main job",
                            configuration,
                            Progress.from(Snapshot.fresh(configuration, 784)),
                            (finished, snapshot) -> {}));
        fits[round] = seconds(() -> classifier().fit(train));
      }
    }
    print("main job, %d epochs, seconds", EPOCHS, jobs);
    print("fit on the cached DataFrame, %d epochs, seconds", EPOCHS, fits);
  }

  private static SyncBatchNormClassifier classifier() {
    return new SyncBatchNormClassifier().setNumWorkers(WORLD).setMaxIter(EPOCHS);
  }

  private void predicting() {
    SyncBatchNormClassificationModel model = classifier().setMaxIter(1).fit(train);
    // Enough rows that the start of a job and the compiler have little influence.
    Dataset<Row> many = train;
    for (int i = 1; i < PREDICTED_TIMES; i++) {
      many = many.union(train);
    }
    print("predicted rows per second, all columns%s", "", rates(model, many));
    model.setRawPredictionCol("").setProbabilityCol("");
    print("predicted rows per second, classes alone%s", "", rates(model, many));
  }

  private double[] rates(SyncBatchNormClassificationModel model, Dataset<Row> rows) {
    double[] rates = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      double seconds =
          seconds(() -> model.transform(rows).write().format("noop").mode("overwrite").save());
      rates[round] = PREDICTED_TIMES * 60_000 / seconds;
    }
    return rates;
  }

  private void timeToGoal(int mllibIterations) {
    MulticlassClassificationEvaluator accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy");
    for (int epochs = 1; epochs <= EPOCHS; epochs++) {
      SyncBatchNormClassifier classifier = classifier().setMaxIter(epochs);
      SyncBatchNormClassificationModel[] model = new SyncBatchNormClassificationModel[1];
      double seconds = seconds(() -> model[0] = classifier.fit(train));
      double reached = accuracy.evaluate(model[0].transform(test));
      System.out.printf(
          Locale.ROOT, "SyncNorm, %d epochs: %.2f s, accuracy %.4f%n", epochs, seconds, reached);
      if (reached >= GOAL) {
        break;
      }
    }
    MultilayerPerceptronClassifier mllib =
        new MultilayerPerceptronClassifier()
            .setLayers(new int[] {784, 128, 64, 10})
            .setSeed(42)
            .setMaxIter(mllibIterations);
    double[] reached = new double[1];
    double seconds =
        seconds(() -> reached[0] = accuracy.evaluate(mllib.fit(train).transform(test)));
    System.out.printf(
        Locale.ROOT,
        "MLlib MultilayerPerceptronClassifier, %d iterations: %.2f s, accuracy %.4f%n",
        mllibIterations,
        seconds,
        reached[0]);
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return 1e-9 * (System.nanoTime() - start);
  }

  private static void print(String what, Object argument, double[] figures) {
    double[] sorted = figures.clone();
    java.util.Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%s: median %.2f, from %.2f to %.2f%n",
        String.format(Locale.ROOT, what, argument),
        sorted[sorted.length / 2],
        sorted[0],
        sorted[sorted.length - 1]);
  }
}
