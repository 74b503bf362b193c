package io.syncnorm.nn;

/**
 * Count, mean and sum of squared deviations (M2) per feature, packed as one message {@code [n,
 * mean_0.., M2_0..]} of {@code 1 + 2 * features} doubles.
 *
 * <p>Moments of disjoint sets of rows merge exactly by the parallel formula of Chan, Golub and
 * LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979),
 * equations 2.1. It has none of the cancellation of E[x^2] - E[x]^2.
 */
public final class Moments {
  private Moments() {}

  /** Length of the message for {@code features} features. */
  public static int packedLength(int features) {
    return 1 + 2 * features;
  }

  /** Packs the moments of {@code x[rows, features]} in two passes; zero rows pack as n = 0. */
  public static void of(float[] x, int rows, int features, double[] packed) {
    java.util.Arrays.fill(packed, 0);
    packed[0] = rows;
    if (rows == 0) {
      return;
    }
    for (int row = 0; row < rows; row++) {
      addRow(x, row * features, packed, features);
    }
    for (int j = 1; j <= features; j++) {
      packed[j] /= rows;
    }
    for (int row = 0; row < rows; row++) {
      addSquaredDeviations(x, row * features, packed, features);
    }
  }

  /** Merges {@code other} into {@code into}; either may be empty, with n = 0. */
  public static void merge(double[] into, double[] other) {
    double n = into[0];
    double m = other[0];
    if (m == 0) {
      return;
    }
    if (n == 0) {
      System.arraycopy(other, 0, into, 0, into.length);
      return;
    }
    int features = (into.length - 1) / 2;
    double total = n + m;
    double otherShare = m / total;
    double spread = n * m / total;
    for (int j = 1; j <= features; j++) {
      double delta = other[j] - into[j];
      into[j] += delta * otherShare;
      into[features + j] += other[features + j] + delta * delta * spread;
    }
    into[0] = total;
  }

  /**
   * Multiplies the number of rows, keeping mean and variance.
   *
   * @param factor factor on the number of rows, positive
   */
  public static void scale(double[] packed, double factor) {
    packed[0] *= factor;
    for (int i = 1 + (packed.length - 1) / 2; i < packed.length; i++) {
      packed[i] *= factor;
    }
  }

  /**
   * Writes means and biased variances as running statistics.
   *
   * @param packed moments of at least one row
   * @param statistics receives all means, then all variances, from {@code at} on
   */
  public static void toStatistics(double[] packed, float[] statistics, int at) {
    int features = (packed.length - 1) / 2;
    for (int j = 0; j < features; j++) {
      statistics[at + j] = (float) packed[1 + j];
      statistics[at + features + j] = (float) (packed[1 + features + j] / packed[0]);
    }
  }

  private static void addRow(float[] x, int offset, double[] packed, int features) {
    for (int j = 0; j < features; j++) {
      packed[1 + j] += x[offset + j];
    }
  }

  private static void addSquaredDeviations(float[] x, int offset, double[] packed, int features) {
    for (int j = 0; j < features; j++) {
      double deviation = x[offset + j] - packed[1 + j];
      packed[1 + features + j] += deviation * deviation;
    }
  }
}
