package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.syncnorm.spark.LocalSpark;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that a fit gives the same model on any number of task slots. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FitHostsTest {
  private static final int WORKERS = 8;

  @Test
  void shouldFitTheSameModelOnAnyNumberOfSlots() throws IOException {
    float[] expected = fitted(WORKERS);
    for (int slots : new int[] {1, 2, 3, 5}) {
      assertArrayEquals(expected, fitted(slots), () -> slots + " slots");
    }
  }

  private static float[] fitted(int slots) throws IOException {
    try (SparkSession spark =
        SparkSession.builder().config(LocalSpark.conf("FitHostsTest", slots)).getOrCreate()) {
      return Blobs.classifier()
          .setNumWorkers(WORKERS)
          .setMaxIter(2)
          .fit(Blobs.frame(spark, 300, 1))
          .state()
          .parameters();
    }
  }
}
