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

  /** A view of the nonzero values of dense rows. */
  public static MiniBatch sparse(float[] features, int inputs, int[] labels, float[] weights) {
    int rows = features.length / inputs;
    int[] rowStarts = new int[rows + 1];
    int[] columns = new int[features.length];
    float[] values = new float[features.length];
    int end = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < inputs; column++) {
        float value = features[row * inputs + column];
        if (value != 0f) {
          columns[end] = column;
          values[end] = value;
          end++;
        }
      }
      rowStarts[row + 1] = end;
    }
    return MiniBatch.sparse(labels, weights).showSparse(rowStarts, columns, values, rows);
  }
}
