package io.syncnorm.ml.predict;

import java.util.Locale;

/** Thresholds of the classes: whoever sets them may not know yet how many classes there are. */
public final class Thresholds {
  private Thresholds() {}

  /**
   * @throws IllegalArgumentException if there is not one for each class
   */
  public static double[] require(double[] thresholds, int classes) {
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
}
