package io.syncnorm.nn;

import java.util.Arrays;

/** Mini-batches of rows with weight 1. */
public final class Batches {
  private Batches() {}

  /** The first {@code count} rows. */
  public static MiniBatch of(float[] features, int[] labels, int count) {
    float[] ones = new float[labels.length];
    Arrays.fill(ones, 1f);
    return new MiniBatch(features, labels, ones).show(0, count);
  }
}
