package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests data with so few rows that the running statistics do not settle within a fit. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SmallDataTest {
  private static final int ROWS = 150;
  private static final int FEATURES = 4;

  /** Accuracy that three clouds at this distance allow, with a margin. */
  private static final double ACCURACY = 0.97;

  private static SparkSession spark;
  private static Dataset<Row> rows;

  @BeforeAll
  static void start() {
    spark = Blobs.session(2);
    rows = frame(1).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void shouldPredictAsItTrainedWithAllDefaults() {
    SyncBatchNormClassificationModel model =
        new SyncBatchNormClassifier().setNumWorkers(2).fit(rows);
    double accuracy = accuracy(model, rows);
    assertTrue(accuracy >= ACCURACY, "accuracy " + accuracy);
    double unseen = accuracy(model, frame(2));
    assertTrue(unseen >= ACCURACY, "accuracy on new rows " + unseen);
  }

  /** In long runs the best epoch may be long before the running statistics settle. */
  @Test
  void shouldEvaluateEarlyModelsWithTheStatisticsThatTheyPredictWith() {
    SyncBatchNormClassifier stopping =
        new SyncBatchNormClassifier()
            .setNumWorkers(2)
            .setMaxIter(10_000)
            .setStepSize(0.03)
            .setValidationIndicatorCol("validation")
            .setEarlyStoppingRounds(10);
    SyncBatchNormClassificationModel model = stopping.fit(rows);
    int best = model.summary().bestEpoch();
    assertTrue(best < 400, "otherwise this test proves nothing: " + best);
    double accuracy = accuracy(model, rows);
    assertTrue(accuracy >= ACCURACY, "accuracy " + accuracy);
    SyncBatchNormClassificationModel stopped =
        stopping.setEarlyStoppingRounds(0).setMaxIter(best).fit(rows);
    assertArrayEquals(stopped.state().statistics(), model.state().statistics());
  }

  /**
   * With momentum 0.5, statistics settle after 6 steps: models of the first epochs are
   * recalibrated, the last is not.
   */
  @Test
  void shouldReturnTheModelAsTrainedIfTheBestEpochIsLate() {
    SyncBatchNormClassifier stopping =
        new SyncBatchNormClassifier()
            .setNumWorkers(2)
            .setMaxIter(40)
            .setMomentum(0.5)
            .setStepSize(0.003)
            .setValidationIndicatorCol("validation")
            .setEarlyStoppingRounds(10);
    SyncBatchNormClassificationModel model = stopping.fit(rows);
    SyncBatchNormClassificationModel without = stopping.setBatchNormRecalibrate(0).fit(rows);
    assertTrue(model.summary().bestEpoch() > 6, "otherwise this test proves nothing");
    assertEquals(without.summary().bestEpoch(), model.summary().bestEpoch());
    assertArrayEquals(without.state().parameters(), model.state().parameters());
    assertArrayEquals(without.state().statistics(), model.state().statistics());
  }

  private static double accuracy(SyncBatchNormClassificationModel model, Dataset<Row> of) {
    return new MulticlassClassificationEvaluator()
        .setMetricName("accuracy")
        .evaluate(model.transform(of));
  }

  /** Returns three clouds of points, around (3, 0, 0, 0), (0, 3, 0, 0) and (0, 0, 3, 0). */
  private static Dataset<Row> frame(long seed) {
    Random random = new Random(seed);
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int label = i % Blobs.CLASSES;
      double[] x = new double[FEATURES];
      for (int j = 0; j < FEATURES; j++) {
        x[j] = (j == label ? 4 : 0) + random.nextGaussian();
      }
      all.add(RowFactory.create((double) label, Vectors.dense(x), 1.0, i % 5 == 4));
    }
    return spark.createDataFrame(all, Blobs.SCHEMA).repartition(2);
  }
}
