package io.syncnorm.nn;

/**
 * The distance of the {@link Moments} of one rank's rows from those of all ranks' rows, in the
 * units of batch normalization. Per feature, with {@code d = mean_rank - mean} and biased
 * variances:
 *
 * <pre>
 * mean      d^2 / (variance + epsilon)
 * variance  ((variance_rank - variance) / (variance + epsilon))^2
 * </pre>
 *
 * both averaged over the features. Weighted by the ranks' rows, the first is the between-rank
 * fraction of the variance: the part that a rank misses if it normalizes with its own rows only.
 */
public final class MomentsDrift {
  /** Number of doubles that {@link #add} adds to: sums of the two squares, and of the rows. */
  public static final int LENGTH = 3;

  private MomentsDrift() {}

  /**
   * Adds both squares, times the number of the rank's rows, and this number.
   *
   * @param own packed moments of the rank's rows, possibly no rows
   * @param all packed moments of all ranks' rows
   * @param epsilon the value that batch normalization adds to the variance
   * @param sums {@code [mean, variance, rows]} from {@code at} on
   */
  public static void add(double[] own, double[] all, double epsilon, double[] sums, int at) {
    double rows = own[0];
    if (rows == 0) {
      return;
    }
    int features = (own.length - 1) / 2;
    double means = 0;
    double variances = 0;
    for (int j = 1; j <= features; j++) {
      double variance = all[features + j] / all[0];
      double scale = 1 / (variance + epsilon);
      double difference = own[j] - all[j];
      means += difference * difference * scale;
      double spread = (own[features + j] / rows - variance) * scale;
      variances += spread * spread;
    }
    sums[at] += rows * means / features;
    sums[at + 1] += rows * variances / features;
    sums[at + 2] += rows;
  }
}
