package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationSummary;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the requirements of Spark's ClassifierSuite, ProbabilisticClassifierSuite and
 * DefaultReadWriteTest.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PredictionTest {
  /** A few float roundings: blocks of another size sum in another order. */
  private static final double ROUNDING = 1e-5;

  private static SparkSession spark;
  private static Dataset<Row> frame;

  @BeforeAll
  static void start() {
    spark = Blobs.session(2);
    frame = Blobs.frame(spark, 100, 1).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void shouldPredictBlocksLikeSingleRowsSparseOrDense() {
    List<Row> input = frame.collectAsList();
    for (int blockSize : new int[] {1, 7, 512}) {
      SyncBatchNormClassificationModel model = model(1).setBlockSize(blockSize);
      List<Row> rows = model.transform(frame).collectAsList();
      assertEquals(100, rows.size());
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        Vector features = input.get(i).getAs("features");
        Vector raw = model.predictRaw(features);
        assertEquals(features, row.getAs("features"));
        assertClose(raw, row.getAs("rawPrediction"));
        assertClose(model.predictProbability(features), row.getAs("probability"));
        assertClose(raw, model.predictRaw(features.toDense()));
        assertClose(raw, model.predictRaw(features.toSparse()));
        assertEquals(model.predict(features), row.<Double>getAs("prediction"));
        Vector probability = row.getAs("probability");
        assertEquals(1, Arrays.stream(probability.toArray()).sum(), 1e-12);
        assertEquals(probability.argmax(), row.<Double>getAs("prediction").intValue());
      }
    }
  }

  /** Some rows are dense, so that blocks of both kinds occur. */
  @Test
  void shouldPredictBlocksOfSparseRowsLikeSingleRows() {
    int features = 600;
    Random random = new Random(1);
    List<Row> input = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int[] indices = random.ints(5, 0, features).distinct().sorted().toArray();
      double[] values = random.doubles(indices.length).toArray();
      Vector vector = Vectors.sparse(features, indices, values);
      input.add(RowFactory.create(0.0, i % 20 == 13 ? vector.toDense() : vector, 1.0, false));
    }
    Dataset<Row> wide = spark.createDataFrame(input, Blobs.SCHEMA).coalesce(1);
    for (int blockSize : new int[] {1, 7, 100}) {
      SyncBatchNormClassificationModel model =
          Blobs.untrained(features, List.of(5, 4), 1).setBlockSize(blockSize);
      List<Row> rows = model.transform(wide).collectAsList();
      for (int i = 0; i < input.size(); i++) {
        assertClose(model.predictRaw(input.get(i).getAs(1)), rows.get(i).getAs("rawPrediction"));
      }
    }
  }

  @Test
  void shouldApplyThresholdsLikeSpark() {
    SyncBatchNormClassificationModel model = model(1).setThresholds(new double[] {0.9, 0.05, 0.4});
    int moved = 0;
    for (Row row : model.transform(frame).collectAsList()) {
      Vector probability = row.getAs("probability");
      double expected = model.probability2prediction(probability);
      assertEquals(expected, row.<Double>getAs("prediction"));
      moved += expected == probability.argmax() ? 0 : 1;
    }
    assertTrue(moved > 0, "otherwise the thresholds have no effect");
    model.setThresholds(new double[] {0.9, 0, 0.4});
    assertEquals(100, model.transform(frame).where("prediction = 1").count());
  }

  @Test
  void shouldOmitColumnsWithoutAName() {
    SyncBatchNormClassificationModel model = model(1);
    String[] input = frame.columns();
    assertColumns(
        model.copy(ParamMap.empty()).setRawPredictionCol(""), "probability", "prediction");
    assertColumns(
        model.copy(ParamMap.empty()).setProbabilityCol(""), "rawPrediction", "prediction");
    assertColumns(
        model.copy(ParamMap.empty()).setPredictionCol(""), "rawPrediction", "probability");
    assertColumns(
        model
            .copy(ParamMap.empty())
            .setPredictionCol("")
            .setProbabilityCol("")
            .setRawPredictionCol(""));
    assertArrayEquals(input, frame.columns());
  }

  private static void assertColumns(SyncBatchNormClassificationModel model, String... appended) {
    List<String> expected = new ArrayList<>(List.of(frame.columns()));
    expected.addAll(List.of(appended));
    Dataset<Row> transformed = model.transform(frame);
    assertEquals(expected, List.of(transformed.columns()));
    assertEquals(100, transformed.collectAsList().size());
  }

  @Test
  void shouldDescribeItsColumnsAndKeepTheOthers() {
    SyncBatchNormClassificationModel model = model(1);
    Dataset<Row> twice =
        frame
            .withColumn("id", functions.monotonically_increasing_id())
            .select(
                functions.col("*"),
                functions.col("label").as("id"),
                functions.array(functions.col("id")).as("nested"));
    Dataset<Row> transformed = model.transform(twice);
    assertEquals(model.transformSchema(frame.schema()).size() + 3, transformed.columns().length);
    assertEquals(
        3, AttributeGroup.fromStructField(transformed.schema().apply("probability")).size());
    assertEquals(
        3, AttributeGroup.fromStructField(transformed.schema().apply("rawPrediction")).size());
    assertEquals(
        3,
        ((NominalAttribute)
                org.apache.spark.ml.attribute.Attribute.fromStructField(
                    transformed.schema().apply("prediction")))
            .getNumValues()
            .get());
    assertEquals(twice.drop("x").collectAsList().size(), transformed.collectAsList().size());
    assertEquals(frame.schema().apply("label"), transformed.schema().apply("label"));
  }

  @Test
  void shouldRefuseSchemasLikeSpark() {
    SyncBatchNormClassificationModel model = model(1);
    assertRefused(
        () -> model.transform(frame.drop("features")), FitTest.missing(frame, "features"));
    assertRefused(
        () -> model.transform(frame.withColumn("features", functions.lit(1.0))),
        "Column features must be of type");
    assertRefused(
        () -> model.transform(frame.withColumn("prediction", functions.lit(1.0))),
        "Column prediction already exists");
    for (double[] thresholds : new double[][] {{0.5, 0.5}, {0.5, 0.5, 0.5, 0.5}}) {
      // The setter checks thresholds; params set in other ways bypass it.
      SyncBatchNormClassificationModel other =
          model(1).copy(new ParamMap().put(model.thresholds(), thresholds));
      String expected = "expected numClasses=3, found thresholds=" + thresholds.length;
      assertRefused(() -> other.transform(frame), expected);
      assertRefused(() -> other.predict(Vectors.zeros(Blobs.FEATURES)), expected);
      assertRefused(() -> Blobs.classifier().setThresholds(thresholds).fit(frame), expected);
    }
  }

  @Test
  void shouldEvaluateLikeMllib() {
    SyncBatchNormClassificationModel model = model(1).setPredictionCol("");
    MultilayerPerceptronClassificationSummary summary = model.evaluate(frame);
    Dataset<Row> predicted = model(1).transform(frame);
    MulticlassClassificationEvaluator evaluator = new MulticlassClassificationEvaluator();
    assertEquals(
        evaluator.setMetricName("accuracy").evaluate(predicted), summary.accuracy(), 1e-12);
    model.set(model.weightCol(), "weight");
    assertEquals(
        evaluator.setWeightCol("weight").evaluate(predicted),
        model.evaluate(frame).accuracy(),
        1e-12);
    assertEquals(100, summary.predictions().count());
  }

  @Test
  void shouldNameTheValueOfARowThatItCannotPredict() {
    assertFails(Vectors.dense(1, 2, 3), "must hold vectors of size=6, found size=3");
    assertFails(null, "column features must hold vectors, found value=null");
    assertFails(
        Vectors.dense(1, 2, Double.NaN, 4, 5, 6), "found value=NaN at index=2; drop or impute");
    assertFails(Vectors.sparse(6, new int[] {5}, new double[] {1e300}), "found value=1.0E300");
  }

  private static void assertFails(Vector features, String message) {
    Dataset<Row> one =
        spark.createDataFrame(List.of(RowFactory.create(0.0, features, 1.0, false)), Blobs.SCHEMA);
    Exception failure = assertThrows(Exception.class, () -> model(1).transform(one).collect());
    assertTrue(
        org.apache.commons.lang3.exception.ExceptionUtils.getStackTrace(failure).contains(message),
        failure.toString());
  }

  @Slow
  @Test
  void shouldSaveAndLoadALargeModelInParts(@TempDir Path folder) throws Exception {
    SyncBatchNormClassificationModel model = model(1);
    int parameters = model.state().parameters().length;
    for (int length : new int[] {parameters / 3, parameters - 1}) {
      String path = folder.resolve("parts-of-" + length).toString();
      new ModelFiles.Writer(model, length).save(path);
      int parts = (parameters + length - 1) / length;
      assertTrue(parts > 1);
      assertEquals(parts, spark.read().parquet(path + "/data").count());
      SyncBatchNormClassificationModel loaded = SyncBatchNormClassificationModel.load(path);
      assertArrayEquals(model.state().parameters(), loaded.state().parameters());
      assertArrayEquals(model.state().statistics(), loaded.state().statistics());
    }
  }

  @Test
  void shouldRefuseAModelThatLacksAPart(@TempDir Path folder) throws Exception {
    SyncBatchNormClassificationModel model = model(1);
    int parameters = model.state().parameters().length;
    String whole = folder.resolve("whole").toString();
    new ModelFiles.Writer(model, parameters - 5).save(whole);
    String torn = folder.resolve("torn").toString();
    spark.read().parquet(whole + "/data").where("part = 0").write().parquet(torn + "/data");
    Files.move(Path.of(whole, "metadata"), Path.of(torn, "metadata"));
    String refused =
        assertThrows(
                IllegalArgumentException.class, () -> SyncBatchNormClassificationModel.load(torn))
            .getMessage();
    assertTrue(
        refused.contains("expected parameters=" + parameters + ", found " + (parameters - 5)),
        refused);
  }

  @Test
  void shouldSurviveSavingAndLoading(@TempDir Path folder) throws Exception {
    for (int seed : new int[] {1, 2}) {
      SyncBatchNormClassificationModel model =
          model(seed).setBlockSize(3).setThresholds(new double[] {0.2, 0.3, 0.5});
      String path = folder.resolve("model" + seed).toString();
      model.save(path);
      SyncBatchNormClassificationModel loaded = SyncBatchNormClassificationModel.load(path);
      assertEquals(model.uid(), loaded.uid());
      assertEquals(values(model), values(loaded));
      assertEquals(model.architecture(), loaded.architecture());
      assertArrayEquals(model.state().parameters(), loaded.state().parameters());
      assertArrayEquals(model.state().statistics(), loaded.state().statistics());
      assertEquals(model.transform(frame).collectAsList(), loaded.transform(frame).collectAsList());
      assertFalse(loaded.hasSummary());
      assertThrows(IllegalStateException.class, loaded::summary);
      assertThrows(java.io.IOException.class, () -> model.save(path));
      model.write().overwrite().save(path);
    }
    SyncBatchNormClassifier classifier =
        new SyncBatchNormClassifier().setHiddenLayers(5).setWeightCol("w").setMaxIter(3);
    classifier.save(folder.resolve("estimator").toString());
    SyncBatchNormClassifier loaded =
        SyncBatchNormClassifier.load(folder.resolve("estimator").toString());
    assertEquals(values(classifier), values(loaded));
    assertEquals(classifier.uid(), loaded.uid());
  }

  @Test
  void shouldSurviveSavingInsideAPipeline(@TempDir Path folder) throws Exception {
    StandardScaler scaler = new StandardScaler().setInputCol("features").setOutputCol("scaled");
    PipelineModel scaling = new Pipeline().setStages(new PipelineStage[] {scaler}).fit(frame);
    SyncBatchNormClassificationModel model = model(1).setFeaturesCol("scaled");
    PipelineModel whole = new Pipeline().setStages(new PipelineStage[] {scaling, model}).fit(frame);
    String path = folder.resolve("pipeline").toString();
    whole.save(path);
    assertEquals(
        whole.transform(frame).collectAsList(),
        PipelineModel.load(path).transform(frame).collectAsList());
    new Pipeline()
        .setStages(new PipelineStage[] {scaler, new SyncBatchNormClassifier()})
        .save(folder.resolve("stages").toString());
    assertEquals(2, Pipeline.load(folder.resolve("stages").toString()).getStages().length);
  }

  @Test
  void shouldCopyTheModelWithItsParams() {
    SyncBatchNormClassificationModel model = model(1).setBlockSize(3);
    SyncBatchNormClassificationModel copy =
        model.copy(new ParamMap().put(model.predictionCol().w("p")));
    assertEquals(model.uid(), copy.uid());
    assertEquals(3, copy.getBlockSize());
    assertEquals("p", copy.getPredictionCol());
    assertEquals("prediction", model.getPredictionCol());
    assertTrue(model.toString().endsWith("hiddenLayers=[5, 4], numClasses=3"), model.toString());
  }

  /** Returns all params with their values, and whether they were set or are defaults. */
  private static List<String> values(Params stage) {
    List<String> values = new ArrayList<>();
    for (Param<?> each : stage.params()) {
      Param<Object> param = stage.getParam(each.name());
      if (stage.isDefined(param)) {
        String value = param.jsonEncode(stage.getOrDefault(param));
        values.add("%s=%s %s".formatted(each.name(), value, stage.isSet(param)));
      }
    }
    return values;
  }

  private static SyncBatchNormClassificationModel model(long seed) {
    return Blobs.untrained(seed);
  }

  private static void assertClose(Vector expected, Vector found) {
    assertTrue(found instanceof DenseVector);
    assertArrayEquals(expected.toArray(), found.toArray(), ROUNDING);
  }

  private static void assertRefused(Runnable call, String message) {
    String found = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(found.contains(message), found);
  }
}
