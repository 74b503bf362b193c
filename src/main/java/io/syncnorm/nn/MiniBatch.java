package io.syncnorm.nn;

import java.util.Locale;

/**
 * Labelled rows that pass through a network together.
 *
 * <p>It is a view of rows in the caller's arrays: either a buffer that is refilled for each step,
 * or fixed rows over which the view moves. So a step allocates nothing and need not copy its rows.
 * Not thread-safe.
 */
public final class MiniBatch {
  private final float[] features;
  private final int[] labels;
  private final float[] weights;
  private int featuresAt;
  private int count;

  /**
   * Creates a view of no rows, which a rank uses to take part in exchanges after it has run out of
   * rows.
   *
   * @param features row-major {@code [rows, inputs]}
   * @param labels class of each row
   * @param weights weight of each row in loss, correct count and gradient, at least 0
   */
  public MiniBatch(float[] features, int[] labels, float[] weights) {
    this.features = features;
    this.labels = labels;
    this.weights = weights;
  }

  /**
   * Moves the view to other rows.
   *
   * @param featuresAt index of the first row's features; labels and weights begin at 0
   * @param count number of rows, 0 or more
   */
  public MiniBatch show(int featuresAt, int count) {
    if (count < 0 || count > labels.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a mini-batch must have 0 to %d rows: count=%d", labels.length, count));
    }
    this.featuresAt = featuresAt;
    this.count = count;
    return this;
  }

  /** Number of rows. */
  public int count() {
    return count;
  }

  float[] features() {
    return features;
  }

  int featuresAt() {
    return featuresAt;
  }

  int[] labels() {
    return labels;
  }

  float[] weights() {
    return weights;
  }
}
