package io.syncnorm.nn;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * Labelled rows that pass through a network together.
 *
 * <p>It is a view of rows in the caller's arrays: either a buffer that is refilled for each step,
 * or fixed rows over which the view moves. So a step allocates nothing and need not copy its rows.
 * Not thread-safe.
 *
 * <p>Rows are dense or sparse, for the life of the view, which decides how the first layer computes
 * its products. Sparse rows are in compressed form (CSR): row {@code i} has {@code values[k]} in
 * {@code columns[k]} for {@code rowStarts[i] <= k < rowStarts[i + 1]}, and 0 in all other columns.
 * Values of the same column of a row add up.
 */
public final class MiniBatch {
  private static final float[] NO_VALUES = {};
  private static final int[] NO_COLUMNS = {};
  private static final int[] NO_ROWS = {0};

  private final boolean isSparse;
  private final int[] labels;
  private final float[] weights;
  private float[] features;
  private int featuresAt;
  private int[] rowStarts = NO_ROWS;
  private int[] columns = NO_COLUMNS;
  private int count;

  /**
   * Creates a view of no dense rows, which a rank uses to take part in exchanges after it has run
   * out of rows.
   *
   * @param features row-major {@code [rows, inputs]}
   * @param labels class of each row
   * @param weights weight of each row in loss, correct count and gradient, at least 0
   */
  public MiniBatch(float[] features, int[] labels, float[] weights) {
    this(false, features, labels, weights);
  }

  private MiniBatch(boolean isSparse, float[] features, int[] labels, float[] weights) {
    this.isSparse = isSparse;
    this.features = features;
    this.labels = labels;
    this.weights = weights;
  }

  /**
   * Creates a view of no sparse rows.
   *
   * @param labels class of each row
   * @param weights weight of each row in loss, correct count and gradient, at least 0
   */
  public static MiniBatch sparse(int[] labels, float[] weights) {
    return new MiniBatch(true, NO_VALUES, labels, weights);
  }

  /**
   * Moves the view to other dense rows of the same array.
   *
   * @param featuresAt index of the first row's features; labels and weights begin at 0
   * @param count number of rows, 0 or more
   */
  public MiniBatch show(int featuresAt, int count) {
    return show(features, featuresAt, count);
  }

  /**
   * Moves the view to dense rows of another array.
   *
   * @param features row-major {@code [rows, inputs]}
   * @param featuresAt index of the first row's features; labels and weights begin at 0
   * @param count number of rows, 0 or more
   */
  public MiniBatch show(float[] features, int featuresAt, int count) {
    requireKind(false);
    requireCount(count);
    this.features = features;
    this.featuresAt = featuresAt;
    this.count = count;
    return this;
  }

  /**
   * Moves the view to other sparse rows; labels and weights begin at 0.
   *
   * @param rowStarts where each row's values start, from 0 on, then where the last row's end
   * @param columns the column of each value
   * @param values in the order of the rows
   * @param count number of rows, 0 or more
   */
  public MiniBatch showSparse(int[] rowStarts, int[] columns, float[] values, int count) {
    requireKind(true);
    requireCount(count);
    this.rowStarts = rowStarts;
    this.columns = columns;
    this.features = values;
    this.count = count;
    return this;
  }

  /**
   * Copies the rows, with the zeros that sparse ones leave out.
   *
   * @param into receives {@code [count, rowLength]} from 0 on
   */
  public void copyTo(float[] into, int rowLength) {
    if (!isSparse) {
      System.arraycopy(features, featuresAt, into, 0, count * rowLength);
      return;
    }
    Arrays.fill(into, 0, count * rowLength, 0f);
    for (int row = 0; row < count; row++) {
      for (int k = rowStarts[row]; k < rowStarts[row + 1]; k++) {
        into[row * rowLength + Objects.checkIndex(columns[k], rowLength)] += features[k];
      }
    }
  }

  /** Number of rows. */
  public int count() {
    return count;
  }

  public boolean isSparse() {
    return isSparse;
  }

  /** Dense features, from {@link #featuresAt} on; or the values of sparse rows. */
  public float[] features() {
    return features;
  }

  public int featuresAt() {
    return featuresAt;
  }

  /** Where each sparse row's values start, then where the last row's end. */
  public int[] rowStarts() {
    return rowStarts;
  }

  /** The column of each value of sparse rows. */
  public int[] columns() {
    return columns;
  }

  public int[] labels() {
    return labels;
  }

  public float[] weights() {
    return weights;
  }

  private void requireKind(boolean sparse) {
    if (isSparse != sparse) {
      throw new IllegalStateException(
          "a mini-batch shows rows of one kind: expected "
              + (isSparse ? "sparse rows, found dense" : "dense rows, found sparse"));
    }
  }

  private void requireCount(int rows) {
    if (rows < 0 || rows > labels.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a mini-batch must have 0 to %d rows: count=%d", labels.length, rows));
    }
  }
}
