package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.train.EpochResult;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.MinMaxScaler;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FitTest {
  /**
   * Difference allowed per parameter after some steps: a few float roundings from another order of
   * summation.
   */
  private static final float ROUNDING = 2e-5f;

  private static SparkSession spark;
  private static Dataset<Row> train;
  private static Dataset<Row> test;

  @BeforeAll
  static void start() {
    spark = Blobs.session(3);
    train = Blobs.frame(spark, 401, 1).repartition(3).cache();
    test = Blobs.frame(spark, 300, 2).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void shouldRefuseATooLargeNetworkBeforeRunningATask() {
    Dataset<Row> wide =
        spark.createDataFrame(
            List.of(
                RowFactory.create(0.0, Vectors.sparse(1 << 24, new int[0], new double[0])),
                RowFactory.create(1.0, Vectors.sparse(1 << 24, new int[0], new double[0]))),
            new StructType()
                .add("label", DataTypes.DoubleType)
                .add("features", SQLDataTypes.VectorType()));
    for (int width : new int[] {16, 65_536}) {
      String found =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Blobs.classifier().setHiddenLayers(width).setSolver("sgd").fit(wide))
              .getMessage();
      assertTrue(found.contains("numFeatures=16777216, hiddenLayers=[" + width), found);
      assertTrue(found.contains("parameters>="), found);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void shouldLearnOnAnyNumberOfWorkers(int numWorkers) {
    SyncBatchNormClassificationModel model =
        Blobs.classifier().setNumWorkers(numWorkers).fit(train);
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(model.transform(test));
    assertTrue(accuracy > 0.9, "accuracy " + accuracy);
    assertEquals(Blobs.FEATURES, model.numFeatures());
    assertEquals(Blobs.CLASSES, model.numClasses());
    assertEquals(numWorkers == 0 ? 3 : numWorkers, model.summary().numWorkers());
    assertEquals(8, model.summary().totalIterations());
    assertEquals(401, model.summary().history().get(0).rows());
  }

  @Test
  void shouldBeBitIdenticalWhateverTheOrderOfTheShuffle() {
    SyncBatchNormClassificationModel first = Blobs.classifier().fit(train);
    assertSameModel(first, Blobs.classifier().fit(train));
    assertFalse(
        Arrays.equals(
            first.state().parameters(),
            Blobs.classifier().setSeed(1).fit(train).state().parameters()));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 8})
  void shouldTrainTheSameModelWhateverThePartitions(int partitions) {
    SyncBatchNormClassifier classifier =
        Blobs.classifier()
            .setWeightCol("weight")
            .setValidationIndicatorCol("validation")
            .setEarlyStoppingRounds(3);
    assertSameModel(classifier.fit(inPartitions(1)), classifier.fit(inPartitions(partitions)));
  }

  private static Dataset<Row> inPartitions(int count) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return spark.createDataFrame(context.parallelize(Blobs.rows(201, 1), count), Blobs.SCHEMA);
  }

  @Test
  void shouldReadEachRowOnce() {
    LongAccumulator reads = spark.sparkContext().longAccumulator();
    Dataset<Row> counted =
        spark.createDataFrame(
            inPartitions(3)
                .toJavaRDD()
                .map(
                    row -> {
                      reads.add(1);
                      return row;
                    }),
            Blobs.SCHEMA);
    Dataset<Row> sized =
        counted.withColumn(
            "features",
            functions.col("features"),
            new AttributeGroup("features", Blobs.FEATURES).toMetadata());
    Blobs.classifier().setMaxIter(2).fit(sized);
    assertEquals(201, reads.value());
  }

  /** Dense, the rows would take 20 GB, and a mini-batch would not fit into an array. */
  @Slow
  @Test
  void shouldTrainOnWideSparseRows() {
    int features = 1_000_000;
    Dataset<Row> wide =
        spark.createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(IntStream.range(0, 5_000).boxed().toList(), 3)
                .map(
                    i -> {
                      int[] indices =
                          IntStream.concat(
                                  IntStream.of(i % 2),
                                  new Random(i).ints(49, 2, features).distinct().sorted())
                              .toArray();
                      double[] ones = new double[indices.length];
                      Arrays.fill(ones, 1);
                      return RowFactory.create(
                          (double) (i % 2), Vectors.sparse(features, indices, ones), 1.0, false);
                    }),
            Blobs.SCHEMA);
    SyncBatchNormClassificationModel model =
        Blobs.classifier()
            .setHiddenLayers(4)
            .setBatchSize(2_500)
            .setStepSize(0.05)
            .setMaxIter(6)
            .fit(wide);
    assertEquals(5_000, model.summary().history().get(0).rows());
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(model.transform(wide));
    assertTrue(accuracy > 0.9, "accuracy " + accuracy);
  }

  @Test
  void shouldTrainOnEveryRowWhateverThePartitions() {
    Dataset<Row> uneven =
        train.limit(50).coalesce(1).union(train.where("label > 5")).union(train.limit(7));
    SyncBatchNormClassificationModel model =
        Blobs.classifier().setNumWorkers(3).setMaxIter(2).fit(uneven);
    assertEquals(57, model.summary().history().get(1).rows());
    Dataset<Row> fewerThanWorkers = train.limit(2).union(train.where("label = 0").limit(1));
    model = Blobs.classifier().setNumWorkers(3).setMaxIter(1).fit(fewerThanWorkers);
    assertEquals(3, model.summary().history().get(0).rows());
  }

  @Test
  void shouldNeverNormalizeASingleRow() {
    // 33 rows on two workers with 16 each would leave one row for the third step.
    SyncBatchNormClassificationModel model =
        Blobs.classifier().setMaxIter(1).fit(train.limit(33).coalesce(1));
    assertEquals(33, model.summary().history().get(0).rows());
  }

  @Test
  void shouldTreatARowOfWeightTwoLikeTwoRows() {
    SyncBatchNormClassifier sgd =
        Blobs.classifier()
            .setBatchNorm(false)
            .setSolver("sgd")
            .setStepSize(0.1)
            .setBatchSize(10_000)
            .setAveragingFrequency("1 steps");
    Dataset<Row> few = train.limit(60).coalesce(1);
    SyncBatchNormClassificationModel weighted =
        sgd.copy(new ParamMap()).setWeightCol("weight").fit(few);
    SyncBatchNormClassificationModel twice =
        sgd.fit(few.union(few.where("weight = 2")).coalesce(1));
    SyncBatchNormClassificationModel ignored = sgd.setWeightCol("").fit(few);
    assertArrayEquals(twice.state().parameters(), weighted.state().parameters(), ROUNDING);
    assertTrue(
        Math.abs(weighted.summary().objectiveHistory()[7] - ignored.summary().objectiveHistory()[7])
            > 1e-4,
        "otherwise weights prove nothing");
  }

  @Test
  void shouldReportTheDriftOfWorkersWhenConfigured() {
    SyncBatchNormClassifier classifier = Blobs.classifier().setMaxIter(2);
    SyncBatchNormClassificationModel quiet = classifier.fit(train);
    SyncBatchNormClassificationModel telling = classifier.setTelemetry(true).fit(train);
    for (EpochResult epoch : quiet.summary().history()) {
      assertTrue(epoch.layers().stream().allMatch(each -> Double.isNaN(each.meanDrift())));
    }
    for (EpochResult epoch : telling.summary().history()) {
      assertEquals(classifier.getHiddenLayers().length, epoch.layers().size());
      assertTrue(epoch.layers().stream().allMatch(each -> each.weightDivergence() > 0));
    }
    assertSameModel(quiet, telling);
  }

  @Test
  void shouldStopEarlyAndReturnTheBestModel() {
    Dataset<Row> noisy = Blobs.frame(spark, 80, 3).coalesce(1).cache();
    SyncBatchNormClassifier classifier =
        Blobs.classifier()
            .setValidationIndicatorCol("validation")
            .setStepSize(0.05)
            .setMaxIter(200)
            .setEarlyStoppingRounds(4);
    SyncBatchNormClassificationModel model = classifier.fit(noisy);
    SyncBatchNormTrainingSummary summary = model.summary();
    double[] losses = summary.validationLossHistory();
    assertTrue(losses.length < 200, "trained all epochs");
    assertEquals(summary.bestEpoch() + 4, losses.length);
    double best = Arrays.stream(losses).min().orElseThrow();
    assertEquals(best, losses[summary.bestEpoch() - 1]);
    assertEquals(60, summary.history().get(0).rows());
    assertEquals(1, summary.hosts().size());
    assertTrue(summary.hosts().get(0).isStart());
    // A run that ends at the best epoch has the model that early stopping restores.
    SyncBatchNormClassificationModel expected =
        classifier.setEarlyStoppingRounds(0).setMaxIter(summary.bestEpoch()).fit(noisy);
    assertSameModel(expected, model);
  }

  /** What Spark says of a column that is not there, in the words of its version. */
  static String missing(Dataset<Row> frame, String column) {
    return frame.sparkSession().version().startsWith("3")
        ? column + " does not exist"
        : "No such struct field `" + column + "`";
  }

  @Test
  void shouldNameTheColumnAndValueThatItCannotTrainOn() throws InterruptedException {
    assertRefused(with("features", null), "column features must hold vectors, found value=null");
    assertRefused(
        with("features", Vectors.dense(1, 2, 3, Double.NaN, 5, 6)), "found value=NaN at index=3");
    assertRefused(with("features", Vectors.dense(1)), "vectors of size=6, found size=1");
    assertRefused(
        with("label", 1.5), "column label must hold class indices from 0 to 255, found value=1.5");
    assertRefused(with("label", -1.0), "found value=-1.0");
    assertRefused(with("label", 256.0), "found value=256.0; index labels with a StringIndexer");
    assertRefused(with("label", null), "found value=null");
    assertRefused(
        with("weight", -0.5), "column weight must hold weights", c -> c.setWeightCol("weight"));
    assertRefused(
        with("validation", null),
        "column validation must mark validation rows, found value=null",
        c -> c.setValidationIndicatorCol("validation"));
    assertRefused(train.where("label = 1"), "column label has only one class");
    assertRefused(train.where("label > 5"), "no rows to train on");
    assertRefused(
        train.where("validation"),
        "no rows to train on",
        c -> c.setValidationIndicatorCol("validation"));
    assertRefused(
        train.where("not validation"),
        "column validation marks no row",
        c -> c.setValidationIndicatorCol("validation"));
    assertRefused(
        train.withColumn("weight", functions.lit(0.0)),
        "all rows have weight 0",
        c -> c.setWeightCol("weight"));
    assertRefused(train, "numWorkers=9 cannot run", c -> c.setNumWorkers(9).setMinWorkerSlots(9));
    assertRefused(train, missing(train, "missing"), c -> c.setFeaturesCol("missing"));
    assertRefused(train, "missing", c -> c.setLabelCol("missing"));
    assertRefused(train, "missing", c -> c.setWeightCol("missing"));
    assertRefused(train, "missing", c -> c.setValidationIndicatorCol("missing"));
    assertRefused(train, "must be boolean", c -> c.setValidationIndicatorCol("weight"));
    assertRefused(train, "needs validation rows", c -> c.setEarlyStoppingRounds(2));
    assertRefused(
        train.withColumn(
            "label",
            functions.col("label"),
            NominalAttribute.defaultAttr().withName("label").withNumValues(2).toMetadata()),
        "class indices from 0 to 1 (from its metadata), found value=2.0");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (spark.sparkContext().statusTracker().getActiveJobIds().length > 0) {
      assertTrue(System.nanoTime() < end, "a job is left running");
      Thread.sleep(10); // Spark reports ended jobs with a delay
    }
    Blobs.classifier().setMaxIter(1).fit(train); // and later fits still work
  }

  @Test
  void shouldTakeTheNumberOfClassesFromMetadata() {
    Dataset<Row> five =
        train.withColumn(
            "label",
            functions.col("label"),
            NominalAttribute.defaultAttr().withName("label").withNumValues(5).toMetadata());
    assertEquals(5, Blobs.classifier().setMaxIter(1).fit(five).numClasses());
  }

  @Test
  void shouldWorkWithPipelinesScalersAndPca() {
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("label").setOutputCol("index"),
                  new StandardScaler().setInputCol("features").setOutputCol("scaled"),
                  new MinMaxScaler().setInputCol("scaled").setOutputCol("boxed"),
                  new PCA().setK(3).setInputCol("boxed").setOutputCol("few"),
                  Blobs.classifier().setFeaturesCol("few").setLabelCol("index")
                });
    PipelineModel model = pipeline.fit(train);
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setLabelCol("index")
            .setMetricName("accuracy")
            .evaluate(model.transform(test));
    assertTrue(accuracy > 0.8, "accuracy " + accuracy);
    assertEquals(
        pipeline.transformSchema(train.schema()).size(), model.transform(test).columns().length);
  }

  @Slow
  @Test
  void shouldTakeTurnsInParallelValidation() {
    SyncBatchNormClassifier classifier = Blobs.classifier().setNumWorkers(3).setMaxIter(4);
    ParamMap[] grid = new ParamGridBuilder().addGrid(classifier.batchNorm()).build();
    MulticlassClassificationEvaluator evaluator =
        new MulticlassClassificationEvaluator().setMetricName("accuracy");
    CrossValidatorModel crossed =
        new CrossValidator()
            .setEstimator(classifier)
            .setEvaluator(evaluator)
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setParallelism(2)
            .fit(train);
    assertEquals(2, crossed.avgMetrics().length);
    assertTrue(Arrays.stream(crossed.avgMetrics()).max().orElseThrow() > 0.8);
    TrainValidationSplitModel split =
        new TrainValidationSplit()
            .setEstimator(classifier)
            .setEvaluator(evaluator)
            .setEstimatorParamMaps(grid)
            .setSeed(1)
            .fit(train);
    assertEquals(2, split.validationMetrics().length);
  }

  @Test
  void shouldWorkWithOneVsRest() {
    OneVsRestModel model =
        new OneVsRest()
            .setClassifier(Blobs.classifier().setMaxIter(4))
            .setWeightCol("weight")
            .setParallelism(2)
            .fit(train);
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(model.transform(test));
    assertTrue(accuracy > 0.85, "accuracy " + accuracy);
    assertEquals("weight", ((SyncBatchNormClassificationModel) model.models()[0]).getWeightCol());
  }

  private static Dataset<Row> with(String column, Object value) {
    Object[] values = {1.0, Vectors.dense(1, 2, 3, 4, 5, 6), 1.0, false};
    values[Blobs.SCHEMA.fieldIndex(column)] = value;
    return train.union(spark.createDataFrame(List.of(RowFactory.create(values)), Blobs.SCHEMA));
  }

  private static void assertRefused(Dataset<Row> rows, String message) {
    assertRefused(rows, message, classifier -> classifier);
  }

  private static void assertRefused(
      Dataset<Row> rows, String message, UnaryOperator<SyncBatchNormClassifier> setting) {
    SyncBatchNormClassifier classifier = setting.apply(Blobs.classifier().setMaxIter(1));
    String found =
        assertThrows(IllegalArgumentException.class, () -> classifier.fit(rows)).getMessage();
    assertTrue(found.contains(message), found);
  }

  private static void assertSameModel(
      SyncBatchNormClassificationModel expected, SyncBatchNormClassificationModel found) {
    assertArrayEquals(expected.state().parameters(), found.state().parameters());
    assertArrayEquals(expected.state().statistics(), found.state().statistics());
  }
}
