package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.dl4j.SyncBatchNormTrainingMaster;
import io.syncnorm.spark.SparkSettingException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;

/** Tests that the library rejects Spark settings with which ranks cannot train. */
@Timeout(60)
class RefusedSettingsTest {
  private static SparkSession spark;

  /** In local mode Spark honors the setting only with its testing flag. */
  @BeforeAll
  static void start() {
    spark = Blobs.session(2);
    SparkConf live = spark.sparkContext().conf();
    live.set("spark.dynamicAllocation.enabled", "true");
    live.set("spark.dynamicAllocation.testing", "true");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void shouldRefuseDynamicAllocationInAnEstimator(int numWorkers) {
    Dataset<Row> rows = Blobs.frame(spark, 20, 1);
    assertRefused(() -> Blobs.classifier().setNumWorkers(numWorkers).fit(rows));
  }

  @Test
  void shouldRefuseDynamicAllocationInATrainingMaster() {
    MultiLayerConfiguration network =
        new NeuralNetConfiguration.Builder()
            .list(new OutputLayer.Builder().nIn(2).nOut(2).build())
            .build();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SparkDl4jMultiLayer fit =
        new SparkDl4jMultiLayer(
            context, network, new SyncBatchNormTrainingMaster.Builder().build());
    assertRefused(() -> fit.fit(context.<DataSet>emptyRDD()));
  }

  private static void assertRefused(Executable fit) {
    AtomicInteger jobs = new AtomicInteger();
    SparkListener counter =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    spark.sparkContext().addSparkListener(counter);
    try {
      SparkSettingException refusal = assertThrows(SparkSettingException.class, fit);
      assertTrue(
          refusal.getMessage().contains("found spark.dynamicAllocation.enabled=true"),
          refusal.getMessage());
      assertEquals(0, jobs.get());
    } finally {
      spark.sparkContext().removeSparkListener(counter);
    }
  }
}
