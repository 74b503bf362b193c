package io.syncnorm.data;

import java.util.Locale;

/** Rows of features as the network takes them. */
public final class FloatRows implements Rows {
  private static final long serialVersionUID = 1L;

  private final int rowLength;
  private final float[] features;
  private final int[] labels;
  private final RowWeights weights;

  /**
   * Rows that weigh 1 each.
   *
   * @param rowLength features of one row, at least 1
   * @param features {@code [count, rowLength]}, row-major
   * @param labels class of each row {@code [count]}, 0 or more
   * @throws IllegalArgumentException when the lengths disagree
   */
  public FloatRows(int rowLength, float[] features, int[] labels) {
    this(rowLength, features, labels, RowWeights.NONE);
  }

  private FloatRows(int rowLength, float[] features, int[] labels, RowWeights weights) {
    if (rowLength < 1 || (long) rowLength * labels.length != features.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "features.length must be rowLength * labels.length: rowLength=%d, labels.length=%d, features.length=%d",
              rowLength,
              labels.length,
              features.length));
    }
    this.rowLength = rowLength;
    this.features = features;
    this.labels = labels;
    this.weights = weights;
  }

  /**
   * The same rows with a weight each.
   *
   * @param weights {@code [count]}, each finite and at least 0
   */
  public FloatRows withWeights(float[] weights) {
    return new FloatRows(rowLength, features, labels, RowWeights.of(weights, count()));
  }

  @Override
  public int count() {
    return labels.length;
  }

  @Override
  public int rowLength() {
    return rowLength;
  }

  @Override
  public int label(int row) {
    return labels[row];
  }

  @Override
  public float weight(int row) {
    return weights.of(row);
  }

  @Override
  public void copyFeatures(int row, float[] into, int at) {
    System.arraycopy(features, row * rowLength, into, at, rowLength);
  }

  /** {@code [count, rowLength]}, row-major. Owned by this object: read only. */
  public float[] features() {
    return features;
  }
}
