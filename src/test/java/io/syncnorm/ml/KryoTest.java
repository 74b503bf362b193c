package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The estimator where Spark serializes with Kryo, and takes registered classes alone. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KryoTest {
  private static final Map<String, Object> KRYO =
      Map.of(
          "spark.serializer",
          "org.apache.spark.serializer.KryoSerializer",
          "spark.kryo.registrationRequired",
          "true",
          "spark.kryo.classesToRegister",
          "io.syncnorm.spark.Packet");

  @Test
  void shouldFitPredictSaveAndLoad(@TempDir Path folder) throws Exception {
    try (SparkSession spark = Blobs.session(2, KRYO)) {
      Dataset<Row> rows = Blobs.frame(spark, 200, 1).repartition(3);
      SyncBatchNormClassificationModel model =
          Blobs.classifier()
              .setWeightCol("weight")
              .setValidationIndicatorCol("validation")
              .setCheckpointDir(folder.resolve("checkpoints").toUri().toString())
              .fit(rows);
      double accuracy =
          new MulticlassClassificationEvaluator()
              .setMetricName("accuracy")
              .evaluate(model.transform(rows));
      assertTrue(accuracy > 0.9, "accuracy " + accuracy);
      model.save(folder.resolve("model").toString());
      assertArrayEquals(
          model.state().parameters(),
          SyncBatchNormClassificationModel.load(folder.resolve("model").toString())
              .state()
              .parameters());
      assertEquals(200, model.transform(rows).repartition(2).count());
    }
  }
}
