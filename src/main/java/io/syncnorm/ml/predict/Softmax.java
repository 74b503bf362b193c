package io.syncnorm.ml.predict;

import java.util.Locale;

/** Converts logits to probabilities, and probabilities to a class, as Spark ML does. */
public final class Softmax {
  private Softmax() {}

  /** Computes {@code exp(z - max z) / sum} in place. */
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
   * Checks thresholds, which can be set before the number of classes is known.
   *
   * @return the thresholds
   * @throws IllegalArgumentException if there is not one for each class
   */
  public static double[] requireThresholds(double[] thresholds, int classes) {
    if (thresholds.length != classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "there must be one threshold per class: expected numClasses=%d, found thresholds=%d; call setThresholds with one threshold per class",
              classes,
              thresholds.length));
    }
    return thresholds;
  }

  /** Returns the index of the largest value; the first, if there are several. */
  static int argMax(double[] values) {
    int best = 0;
    for (int j = 1; j < values.length; j++) {
      best = values[j] > values[best] ? j : best;
    }
    return best;
  }

  /**
   * Returns the class with the largest ratio of probability to threshold. A class with threshold 0
   * wins whenever its probability is above 0.
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
