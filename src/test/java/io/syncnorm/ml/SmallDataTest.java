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

/** So few rows that the running statistics cannot settle in all the steps of a fit. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SmallDataTest {
  private static final int ROWS = 150;
  private static final int FEATURES = 4;

  /** What three clouds this far apart allow, with some rows to spare. */
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

  /** The best epoch may come long before the running statistics of so long a run settle. */
  @Test
  void shouldMeasureAndReturnEarlyModelsAsTheyPredict() {
    SyncBatchNormClassifier stopping =
        new SyncBatchNormClassifier()
            .setNumWorkers(2)
            .setMaxIter(10_000)
            .setStepSize(0.03)
            .setValidationIndicatorCol("validation")
            .setEarlyStoppingRounds(10);
    SyncBatchNormClassificationModel model = stopping.fit(rows);
    int best = model.summary().bestEpoch();
    assertTrue(best < 400, "otherwise this proves nothing: " + best);
    double accuracy = accuracy(model, rows);
    assertTrue(accuracy >= ACCURACY, "accuracy " + accuracy);
    SyncBatchNormClassificationModel stopped =
        stopping.setEarlyStoppingRounds(0).setMaxIter(best).fit(rows);
    assertArrayEquals(stopped.state().statistics(), model.state().statistics());
  }

  /** Momentum 0.5 needs 6 steps: the models of the first epochs are measured anew, the last not. */
  @Test
  void shouldReturnWhatItWouldWithoutWhereTheBestEpochComesLate() {
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
    assertTrue(model.summary().bestEpoch() > 6, "otherwise this proves nothing");
    assertEquals(without.summary().bestEpoch(), model.summary().bestEpoch());
    assertArrayEquals(without.state().parameters(), model.state().parameters());
    assertArrayEquals(without.state().statistics(), model.state().statistics());
  }

  private static double accuracy(SyncBatchNormClassificationModel model, Dataset<Row> of) {
    return new MulticlassClassificationEvaluator()
        .setMetricName("accuracy")
        .evaluate(model.transform(of));
  }

  /** A cloud around (3, 0, 0, 0), one around (0, 3, 0, 0), one around (0, 0, 3, 0). */
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
