package io.syncnorm.train.telemetry;

/**
 * The durations of single exchanges of statistics, waiting included: a histogram whose buckets are
 * an eighth of an octave wide, so that a quantile is accurate to 6 %. Counting allocates nothing.
 */
final class ExchangeHistogram {
  private static final int BUCKETS_PER_OCTAVE = 8;
  private static final int LOWEST_EXPONENT = 3; // 8 ns: shorter durations count as 8 ns

  /** Up to 2^39 ns, nine minutes: longer waits end the run. */
  static final int BUCKETS = BUCKETS_PER_OCTAVE * 36;

  private ExchangeHistogram() {}

  /**
   * Counts one exchange.
   *
   * @param histogram holds the buckets from {@code at} on; histograms of ranks can be added
   */
  static void count(long nanos, double[] histogram, int at) {
    histogram[at + bucket(nanos)]++;
  }

  /**
   * The duration that a fraction of all exchanges did not exceed.
   *
   * @param quantile 0 to 1
   * @return microseconds; NaN if there was no exchange
   */
  static double quantileMicros(double quantile, double[] histogram, int at) {
    double all = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      all += histogram[at + bucket];
    }
    double below = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      below += histogram[at + bucket];
      if (below > 0 && below >= quantile * all) {
        return 1e-3 * middleNanos(bucket);
      }
    }
    return Double.NaN;
  }

  private static int bucket(long nanos) {
    long shown = Math.max(nanos, 1L << LOWEST_EXPONENT);
    int exponent = 63 - Long.numberOfLeadingZeros(shown);
    int eighth = (int) (shown >> (exponent - LOWEST_EXPONENT)) & (BUCKETS_PER_OCTAVE - 1);
    return Math.min((exponent - LOWEST_EXPONENT) * BUCKETS_PER_OCTAVE + eighth, BUCKETS - 1);
  }

  private static double middleNanos(int bucket) {
    int exponent = bucket / BUCKETS_PER_OCTAVE; // above the lowest
    return Math.scalb(BUCKETS_PER_OCTAVE + bucket % BUCKETS_PER_OCTAVE + 0.5, exponent);
  }
}
