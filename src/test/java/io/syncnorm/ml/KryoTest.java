package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the estimator with Kryo, registered classes only, and small messages. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KryoTest {
  private static final Map<String, Object> SETTINGS =
      Map.of(
          "spark.serializer",
          "org.apache.spark.serializer.KryoSerializer",
          "spark.kryo.registrationRequired",
          "true",
          "spark.kryo.classesToRegister",
          "io.syncnorm.spark.Packet",
          "spark.rpc.message.maxSize",
          "1",
          "spark.driver.maxResultSize",
          "1m");

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = Blobs.session(2, SETTINGS);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void shouldFitAndPredict(@TempDir Path folder) {
    Dataset<Row> rows = Blobs.frame(spark, 200, 1).repartition(3);
    SyncBatchNormClassificationModel model =
        Blobs.classifier()
            .setWeightCol("weight")
            .setValidationIndicatorCol("validation")
            .setCheckpointDir(folder.toUri().toString())
            .fit(rows);
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(model.transform(rows));
    assertTrue(accuracy > 0.9, "accuracy " + accuracy);
    assertEquals(200, model.transform(rows).repartition(2).count());
  }

  @Slow
  @Test
  void shouldSaveAndLoadAModelLargerThanAMessageAndAResult(@TempDir Path folder) throws Exception {
    SyncBatchNormClassificationModel model = Blobs.untrained(600, List.of(1000), 1);
    String path = folder.resolve("model").toString();
    model.save(path);
    SyncBatchNormClassificationModel loaded = SyncBatchNormClassificationModel.load(path);
    assertArrayEquals(model.state().parameters(), loaded.state().parameters());
    assertArrayEquals(model.state().statistics(), loaded.state().statistics());
    assertEquals(model.architecture(), loaded.architecture());
  }
}
