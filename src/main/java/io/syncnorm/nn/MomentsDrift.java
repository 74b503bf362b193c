package io.syncnorm.nn;

/**
 * How far the {@link Moments} of one rank's rows lie from those of all ranks' rows, in the units
 * that batch normalization works in. Per feature, with {@code d = mean_rank - mean} and biased
 * variances:
 *
 * <pre>
 * mean      d^2 / (variance + epsilon)
 * variance  ((variance_rank - variance) / (variance + epsilon))^2
 * </pre>
 *
 * both as means over the features. Weighted by the ranks' rows the first is the share of the
 * variance that lies between ranks: what a rank does not see that normalizes by itself.
 */
public final class MomentsDrift {
  /** Doubles that {@link #add} adds to: sums of the two squares, and of the rows. */
  public static final int LENGTH = 3;

  private MomentsDrift() {}

  /**
   * Adds both squares, times the rank's rows, and these rows.
   *
   * @param own packed moments of the rank's rows, which may be none
   * @param all packed moments of all ranks' rows
   * @param epsilon what batch normalization adds to the variance
   * @param sums {@code [mean, variance, rows]} begin at {@code at}
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
