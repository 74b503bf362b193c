package io.syncnorm.data;

import java.io.Serializable;
import java.util.Locale;

/** One weight per row, or none: then each row weighs 1. */
final class RowWeights implements Serializable {
  private static final long serialVersionUID = 1L;

  static final RowWeights NONE = new RowWeights(new float[0]);

  private final float[] weights;

  private RowWeights(float[] weights) {
    this.weights = weights;
  }

  /**
   * @param weights one per row; not copied
   * @throws IllegalArgumentException when there is not one per row, or one is negative or not
   *     finite
   */
  static RowWeights of(float[] weights, int rows) {
    if (weights.length != rows) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "each row needs one weight: rows=%d, weights=%d", rows, weights.length));
    }
    for (int row = 0; row < rows; row++) {
      if (!(weights[row] >= 0 && weights[row] < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "weights must be finite and at least 0, found weight=%s of row=%d",
                weights[row],
                row));
      }
    }
    return new RowWeights(weights);
  }

  float of(int row) {
    return weights.length == 0 ? 1f : weights[row];
  }
}
