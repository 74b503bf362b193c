package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.syncnorm.dl4j.Engine;
import io.syncnorm.dl4j.SyncBatchNormTrainingMaster;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Tests that models do not depend on how Spark allocates executors. */
@Timeout(60)
class DynamicAllocationTest {
  private static final int WORLD = 4;
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = Blobs.session(2);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void shouldFitTheSameModelInAnEstimator() {
    Dataset<Row> rows = Blobs.frame(spark, 60, 1);
    SyncBatchNormClassifier classifier =
        Blobs.classifier().setNumWorkers(WORLD).setMinWorkerSlots(2).setMaxIter(2);
    float[] expected = classifier.fit(rows).state().parameters();
    allocate(true);
    try {
      assertArrayEquals(expected, classifier.fit(rows).state().parameters());
    } finally {
      allocate(false);
    }
  }

  @Test
  void shouldFitTheSameNetworkByATrainingMaster() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<DataSet> rows =
        IntStream.range(0, 32)
            .mapToObj(
                n ->
                    new DataSet(
                        Nd4j.createFromArray(new float[][] {{n % 5, n % 3}}),
                        Nd4j.createFromArray(new float[][] {{n % 2, 1 - n % 2}})))
            .toList();
    JavaRDD<DataSet> partitioned = context.parallelize(rows, WORLD);
    float[] expected = fit(context, partitioned);
    allocate(true);
    try {
      assertArrayEquals(expected, fit(context, partitioned));
    } finally {
      allocate(false);
    }
  }

  private static float[] fit(JavaSparkContext context, JavaRDD<DataSet> rows) {
    return new SparkDl4jMultiLayer(
            context,
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list(new OutputLayer.Builder().nIn(2).nOut(2).build())
                .build(),
            new SyncBatchNormTrainingMaster.Builder(4).engine(Engine.DL4J).workers(WORLD).build())
        .fit(rows)
        .params()
        .toFloatVector();
  }

  /** In local mode Spark honors the setting only with its testing flag. */
  private static void allocate(boolean isDynamic) {
    SparkConf live = spark.sparkContext().conf();
    live.set("spark.dynamicAllocation.enabled", "" + isDynamic);
    live.set("spark.dynamicAllocation.testing", "" + isDynamic);
  }
}
