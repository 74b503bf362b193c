package io.syncnorm.ml.predict;

import java.util.Locale;

/** From logits to probabilities, and from those to a class, as Spark ML does it. */
public final class Softmax {
  private Softmax() {}

  /** {@code exp(z - max z) / sum}, in place. */
  public static void inPlace(double[] z) {
    double max = Double.NEGATIVE_INFINITY;
    for (double each : z) {
      max = Math.max(max, each);
    }
    double sum = 0;
    for (int j = 0; j < z.length; j++) {
      z[j] = Math.exp(z[j] - max);
      sum += z[j];
    }
    for (int j = 0; j < z.length; j++) {
      z[j] /= sum;
    }
  }

  /**
   * Whoever sets thresholds may not know yet how many classes there are.
   *
   * @return the thresholds
   * @throws IllegalArgumentException if there is not one for each class
   */
  public static double[] requireThresholds(double[] thresholds, int classes) {
    if (thresholds.length != classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "thresholds must be one for each class: expected numClasses=%d, found thresholds=%d; call setThresholds with as many",
              classes,
              thresholds.length));
    }
    return thresholds;
  }

  /** First index of the largest value. */
  static int argMax(double[] values) {
    int best = 0;
    for (int j = 1; j < values.length; j++) {
      best = values[j] > values[best] ? j : best;
    }
    return best;
  }

  /**
   * The class whose probability is largest by its threshold; one of threshold 0 wins wherever it is
   * possible at all.
   */
  static int argMax(double[] probabilities, double[] thresholds) {
    double[] scaled = new double[probabilities.length];
    for (int j = 0; j < scaled.length; j++) {
      double p = probabilities[j];
      scaled[j] = thresholds[j] == 0 ? (p == 0 ? 0 : Double.POSITIVE_INFINITY) : p / thresholds[j];
    }
    return argMax(scaled);
  }
}
