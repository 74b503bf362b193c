package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.files.Location;
import io.syncnorm.files.LocationException;
import io.syncnorm.report.Baseline;
import io.syncnorm.spark.source.IdxSource;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Spark MLlib's MultilayerPerceptronClassifier with the configured layers, on the configured data:
 * L-BFGS over all rows, sigmoid activations, no batch normalization.
 *
 * <p>MLlib does not report accuracy during training, so the baseline is trained from scratch
 * several times with an increasing number of iterations.
 *
 * @param iterations of the longest training, at least 1; the others use an eighth, a quarter and a
 *     half of it
 */
public record MllibBaseline(int iterations) {
  static final String NAME = "MLlib perceptron";

  public MllibBaseline {
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "a baseline needs at least 1 iteration, found iterations=" + iterations);
    }
  }

  /**
   * Runs all trainings of the baseline.
   *
   * @param listener is notified of each training
   */
  Baseline run(
      JavaSparkContext context, Configuration configuration, Consumer<Baseline.Point> listener) {
    SparkSession spark = SparkSession.builder().config(context.getConf()).getOrCreate();
    int partitions = context.defaultParallelism();
    Dataset<Row> train =
        read(
            spark,
            configuration,
            Keys.TRAIN_IMAGES,
            Keys.TRAIN_LABELS,
            Keys.LIMIT_TRAIN,
            partitions);
    Dataset<Row> test =
        read(spark, configuration, Keys.TEST_IMAGES, Keys.TEST_LABELS, Keys.LIMIT_TEST, partitions);
    try {
      int inputs = train.first().<Vector>getAs("features").size();
      test.count();
      int[] layers = layers(configuration, inputs);
      train(
          train,
          test,
          layers,
          configuration,
          1); // warms up the JVM, or the first measured training would look slow
      List<Baseline.Point> points = new ArrayList<>();
      for (int of : steps()) {
        Baseline.Point point = train(train, test, layers, configuration, of);
        points.add(point);
        listener.accept(point);
      }
      return new Baseline(NAME, points);
    } finally {
      train.unpersist();
      test.unpersist();
    }
  }

  private int[] steps() {
    return IntStream.of(8, 4, 2, 1).map(share -> iterations / share).filter(n -> n > 0).toArray();
  }

  private static Baseline.Point train(
      Dataset<Row> train, Dataset<Row> test, int[] layers, Configuration configuration, int of) {
    MultilayerPerceptronClassifier classifier =
        new MultilayerPerceptronClassifier()
            .setLayers(layers)
            .setSeed(configuration.get(Keys.SEED))
            .setMaxIter(of);
    long start = System.nanoTime();
    MultilayerPerceptronClassificationModel model = classifier.fit(train);
    double seconds = 1e-9 * (System.nanoTime() - start);
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(model.transform(test));
    return new Baseline.Point(of, seconds, accuracy);
  }

  private static int[] layers(Configuration configuration, int inputs) {
    return Stream.of(
            List.of(inputs),
            configuration.get(Keys.HIDDEN),
            List.of(configuration.get(Keys.CLASSES)))
        .flatMap(List::stream)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static Dataset<Row> read(
      SparkSession spark,
      Configuration configuration,
      Key<String> images,
      Key<String> labels,
      Key<Integer> limit,
      int partitions) {
    Dataset<Row> all =
        spark
            .read()
            .format(IdxSource.class.getName())
            .option("images", forSpark(configuration.get(images)))
            .option("labels", forSpark(configuration.get(labels)))
            .option("classes", Integer.toString(configuration.get(Keys.CLASSES)))
            .load();
    int rows = configuration.get(limit);
    Dataset<Row> some = rows == Keys.UNLIMITED ? all : all.limit(rows).repartition(partitions);
    Dataset<Row> cached = some.cache();
    cached.count();
    return cached;
  }

  /** Converts a path of the configuration to one that follows Spark's rule. */
  private static String forSpark(String name) {
    try {
      return Location.of(name).address();
    } catch (LocationException e) { // cannot happen: the path was parsed before
      throw new UncheckedIOException(e);
    }
  }
}
