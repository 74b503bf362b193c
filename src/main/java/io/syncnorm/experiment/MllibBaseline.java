package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Part;
import io.syncnorm.data.Rows;
import io.syncnorm.report.Baseline;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.source.RowTransform;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

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

  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType)
          .add("features", SQLDataTypes.VectorType());

  public MllibBaseline {
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "a baseline needs at least 1 iteration, found iterations=" + iterations);
    }
  }

  /**
   * Checks that MLlib has the configured network.
   *
   * @throws ModelPlan.NotApplicableException if it has layers that MLlib does not know
   */
  public static void requireApplicable(Configuration configuration) {
    if (configuration.get(Keys.LAYERS).isConfigured()) {
      throw new ModelPlan.NotApplicableException(
          "the baseline is a perceptron, which model.layers may not be: expected model.layers=none, found model.layers=%s; use model.hidden, or compare without --baseline"
              .formatted(configuration.get(Keys.LAYERS)));
    }
  }

  /**
   * Runs all trainings of the baseline.
   *
   * @param configuration with a resolved number of classes
   * @param listener is notified of each training
   */
  Baseline run(
      JavaSparkContext context,
      RunData data,
      Configuration configuration,
      Consumer<Baseline.Point> listener) {
    Dataset<Row> train = read(context, data, Part.TRAINING);
    Dataset<Row> test = read(context, data, Part.TEST);
    try {
      Jobs.repeatable(context, () -> train.count() + test.count());
      int[] layers = layers(configuration, data.format().rowLength());
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

  /** Trains from the start again if an executor is lost. */
  private static Baseline.Point train(
      Dataset<Row> train, Dataset<Row> test, int[] layers, Configuration configuration, int of) {
    return Jobs.repeatable(
        JavaSparkContext.fromSparkContext(train.sparkSession().sparkContext()),
        () -> trainOnce(train, test, layers, configuration, of));
  }

  private static Baseline.Point trainOnce(
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
            List.of(inputs), configuration.get(Keys.HIDDEN), List.of(configuration.classes()))
        .flatMap(List::stream)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The rows of a part as a table, cached, in one partition per core. */
  private static Dataset<Row> read(JavaSparkContext context, RunData data, Part part) {
    RowTransform transform = data.loaded().transform();
    JavaRDD<Row> rows =
        data.blocks(part).flatMap(block -> rows(transform.apply(part, block.rows())));
    return SparkSession.builder()
        .sparkContext(context.sc())
        .getOrCreate()
        .createDataFrame(rows, SCHEMA)
        .repartition(context.defaultParallelism())
        .cache();
  }

  private static Iterator<Row> rows(Rows block) {
    int length = block.rowLength();
    float[] features = new float[length];
    return IntStream.range(0, block.count())
        .mapToObj(
            row -> {
              block.pick(new int[] {row}).features().copyTo(0, features, 0, length);
              double[] values = new double[length];
              Arrays.setAll(values, i -> features[i]);
              return RowFactory.create(
                  (double) block.label(row), Vectors.dense(values).compressed());
            })
        .iterator();
  }
}
