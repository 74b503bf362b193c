package io.syncnorm.nn;

import java.util.Locale;

/**
 * Labelled rows that pass through a network together.
 *
 * <p>It shows rows of arrays that belong to others: either a buffer that is filled again for each
 * step, or rows at rest, over which it moves. A step therefore allocates nothing and need not copy
 * its rows. For one thread.
 */
public final class MiniBatch {
  private final float[] features;
  private final int[] labels;
  private final float[] weights;
  private int featuresAt;
  private int count;

  /**
   * Shows no rows yet: what a rank takes part in every exchange with when it has run out of rows.
   *
   * @param features row-major {@code [rows, inputs]}
   * @param labels class of each row
   * @param weights what each row counts in loss, hits and gradient, at least 0
   */
  public MiniBatch(float[] features, int[] labels, float[] weights) {
    this.features = features;
    this.labels = labels;
    this.weights = weights;
  }

  /**
   * Shows other rows.
   *
   * @param featuresAt where the first row's features begin; labels and weights begin at 0
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
