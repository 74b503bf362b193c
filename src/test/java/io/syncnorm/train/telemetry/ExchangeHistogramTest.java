package io.syncnorm.train.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExchangeHistogramTest {
  /** Half a bucket, an eighth of an octave wide. */
  private static final double RELATIVE_ERROR = 1.0 / 16;

  private final double[] histogram = new double[ExchangeHistogram.BUCKETS + 2];

  @Test
  void shouldHaveNoQuantileWithoutExchanges() {
    assertTrue(Double.isNaN(ExchangeHistogram.quantileMicros(0.5, histogram, 2)));
  }

  @Test
  void shouldFindTheQuantilesOfTheSortedTimes() {
    Random random = new Random(7);
    long[] nanos = random.longs(9_999, 800, 3_000_000).toArray();
    for (long each : nanos) {
      ExchangeHistogram.count(each, histogram, 2);
    }
    Arrays.sort(nanos);
    for (double quantile : new double[] {0.01, 0.5, 0.99, 1}) {
      double expected = 1e-3 * nanos[(int) Math.ceil(quantile * nanos.length) - 1];
      assertEquals(
          expected,
          ExchangeHistogram.quantileMicros(quantile, histogram, 2),
          RELATIVE_ERROR * expected,
          "quantile " + quantile);
    }
  }

  @Test
  void shouldAcceptAnyDuration() {
    for (long nanos : new long[] {-5, 0, 7, 8, Long.MAX_VALUE}) {
      ExchangeHistogram.count(nanos, histogram, 2);
    }
    assertEquals(5, Arrays.stream(histogram).sum());
    assertEquals(0, histogram[0] + histogram[1]);
  }
}
