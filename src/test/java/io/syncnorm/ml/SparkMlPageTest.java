package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.docs.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation shows of Spark ML runs, and lists the params that there are. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SparkMlPageTest {
  /** Those that the page leaves to Spark's own documentation. */
  private static final Set<String> OF_EVERY_CLASSIFIER =
      Set.of(
          "featuresCol",
          "labelCol",
          "predictionCol",
          "probabilityCol",
          "rawPredictionCol",
          "thresholds");

  private final SyncBatchNormClassifier classifier = new SyncBatchNormClassifier();

  @Test
  void shouldRunTheExamples(@TempDir Path folder) throws IOException {
    try (SparkSession spark = Blobs.session(2)) {
      double accuracy = pipeline(spark, folder.resolve("model").toString());
      assertTrue(accuracy > 0.9, "accuracy " + accuracy);
      Dataset<Row> rows = spark.createDataFrame(Blobs.rows(200, 1), Blobs.SCHEMA).cache();
      Dataset<Row> predicted = fit(rows, rows);
      assertEquals(200, predicted.select("prediction").count());
    }
  }

  private static double pipeline(SparkSession spark, String path) throws IOException {
    // snippet: spark-ml-pipeline
    Dataset<Row> images =
        spark
            .read()
            .format("idx")
            .option("images", "data/mnist/t10k-images-idx3-ubyte.gz")
            .option("labels", "data/mnist/t10k-labels-idx1-ubyte.gz")
            .load();
    Dataset<Row>[] parts = images.randomSplit(new double[] {0.8, 0.2}, 42);

    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StandardScaler().setInputCol("features").setOutputCol("scaled"),
                  new SyncBatchNormClassifier()
                      .setFeaturesCol("scaled")
                      .setHiddenLayers(64)
                      .setMaxIter(5)
                      .setMomentum(0.9)
                      .setNumWorkers(2)
                });
    PipelineModel model = pipeline.fit(parts[0]);
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(model.transform(parts[1]));
    model.write().overwrite().save(path);
    // end of snippet
    assertEquals(2, PipelineModel.load(path).stages().length);
    return accuracy;
  }

  private static Dataset<Row> fit(Dataset<Row> training, Dataset<Row> test) {
    // snippet: spark-ml-fit
    SyncBatchNormClassifier classifier =
        new SyncBatchNormClassifier().setHiddenLayers(128, 64).setMaxIter(5).setNumWorkers(2);
    SyncBatchNormClassificationModel model = classifier.fit(training);
    Dataset<Row> predicted = model.transform(test);
    // end of snippet
    return predicted;
  }

  @Test
  void shouldListEveryParam() {
    Set<String> listed = new TreeSet<>(OF_EVERY_CLASSIFIER);
    for (Page.Row row : params()) {
      listed.add(row.cell(0).code().get(0));
    }
    Set<String> expected =
        Arrays.stream(classifier.params())
            .map(Param::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(expected, listed);
  }

  @Test
  void shouldHaveTheDefaultsOfTheParams() {
    for (Page.Row row : params()) {
      Param<?> param = classifier.getParam(row.cell(0).code().get(0));
      assertEquals(byDefault(param), row.cell(2).text(), param::name);
    }
  }

  @Test
  void shouldNameTheKeysOfTheParams() {
    Map<String, String> expected = new HashMap<>();
    for (ConfigParam<?, ?> param : classifier.own().configured) {
      expected.put(param.name(), param.key().path());
    }
    for (Page.Row row : params()) {
      String name = row.cell(0).code().get(0);
      assertEquals(expected.getOrDefault(name, ""), row.cell(1).text(), name);
    }
  }

  @Test
  void shouldListTheOptionsOfTheDataSource() throws IOException {
    List<String> listed =
        Page.of("spark-ml").table("option").stream()
            .map(row -> row.cell(0).code().get(0))
            .sorted()
            .toList();
    try (SparkSession spark = Blobs.session(1)) {
      String refusal =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> spark.read().format("idx").option("unknown", "1").load())
              .getMessage();
      assertTrue(refusal.contains("one of " + listed), refusal);
    }
  }

  private static List<Page.Row> params() {
    return Page.of("spark-ml").table("param");
  }

  private String byDefault(Param<?> param) {
    if (!classifier.hasDefault(param)) {
      return "not set";
    }
    Object value = classifier.getDefault(param).get();
    if (value instanceof int[] numbers) {
      return Arrays.toString(numbers);
    }
    return value.equals("") ? "empty" : value.toString();
  }
}
