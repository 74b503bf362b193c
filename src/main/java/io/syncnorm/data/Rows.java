package io.syncnorm.data;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.zip.Checksum;

/**
 * Labelled rows, each with a weight: the format in a rank's memory and on the network. Immutable by
 * contract: arrays are not copied, and the caller must not write to them afterwards.
 */
public final class Rows implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Every row has weight 1. */
  private static final float[] UNWEIGHTED = {};

  private static final int FLOATS_OF_PIECE = 1 << 14;

  private final int rowLength;
  private final Features features;
  private final int[] labels;
  private final float[] weights;

  /**
   * Creates rows of weight 1.
   *
   * @param rowLength features of one row, at least 1
   * @param features {@code [count, rowLength]}, row-major
   * @param labels class of each row {@code [count]}, 0 or more
   * @throws IllegalArgumentException if the lengths disagree
   */
  public Rows(int rowLength, Features features, int[] labels) {
    this(rowLength, features, labels, UNWEIGHTED);
  }

  private Rows(int rowLength, Features features, int[] labels, float[] weights) {
    if (rowLength < 1 || (long) rowLength * labels.length != features.length()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "features.length must be rowLength * labels.length: rowLength=%d, labels.length=%d,"
                  + " features.length=%d",
              rowLength,
              labels.length,
              features.length()));
    }
    this.rowLength = rowLength;
    this.features = features;
    this.labels = labels;
    this.weights = weights;
  }

  /**
   * These rows with weights, which scale their part in loss, gradient and accuracy.
   *
   * @param weights {@code [count]}, each finite and at least 0
   * @throws IllegalArgumentException if there is not one weight per row, or one is negative or not
   *     finite
   */
  public Rows withWeights(float[] weights) {
    if (weights.length != labels.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "each row needs one weight: rows=%d, weights=%d",
              labels.length,
              weights.length));
    }
    for (int row = 0; row < weights.length; row++) {
      if (!(weights[row] >= 0 && weights[row] < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "weights must be finite and at least 0, found weight=%s of row=%d",
                weights[row],
                row));
      }
    }
    return new Rows(rowLength, features, labels, weights);
  }

  /**
   * These rows with other features, of the same number.
   *
   * @throws IllegalArgumentException if the lengths disagree
   */
  public Rows withFeatures(Features other) {
    return new Rows(rowLength, other, labels, weights);
  }

  /**
   * Returns a copy of some rows.
   *
   * @param order row numbers, in the order of the copy
   */
  public Rows pick(int[] order) {
    int[] pickedLabels = new int[order.length];
    float[] pickedWeights = weights.length == 0 ? UNWEIGHTED : new float[order.length];
    for (int i = 0; i < order.length; i++) {
      pickedLabels[i] = labels[order[i]];
    }
    for (int i = 0; i < pickedWeights.length; i++) {
      pickedWeights[i] = weights[order[i]];
    }
    return new Rows(rowLength, features.pick(order, rowLength), pickedLabels, pickedWeights);
  }

  /** An empty set of rows with {@code rowLength} features. */
  public static Rows none(int rowLength) {
    return new Rows(rowLength, new Features.Floats(new float[0]), new int[0]);
  }

  /**
   * Returns a copy of all rows of several parts, one part after the other, as floats, with weights
   * if any part has them.
   *
   * @param rowLength features of a row in every part
   */
  public static Rows join(int rowLength, List<Rows> parts) {
    int[] labels = new int[Math.toIntExact(parts.stream().mapToLong(Rows::count).sum())];
    boolean weighted = parts.stream().anyMatch(part -> part.weights.length > 0);
    float[] weights = weighted ? new float[labels.length] : UNWEIGHTED;
    float[] features = new float[Math.multiplyExact(labels.length, rowLength)];
    int at = 0;
    for (Rows part : parts) {
      part.features.copyTo(0, features, at * rowLength, part.count() * rowLength);
      for (int row = 0; row < part.count(); row++, at++) {
        labels[at] = part.labels[row];
        if (weighted) {
          weights[at] = part.weight(row);
        }
      }
    }
    return new Rows(rowLength, new Features.Floats(features), labels, weights);
  }

  /**
   * Adds all content to a checksum: the numbers of labels and weights, the labels, the weights, and
   * the features as floats; all big-endian.
   */
  public void addTo(Checksum checksum) {
    ByteBuffer head = ByteBuffer.allocate(4 * (2 + labels.length + weights.length));
    head.putInt(labels.length).putInt(weights.length);
    head.asIntBuffer().put(labels);
    head.position(head.position() + 4 * labels.length).asFloatBuffer().put(weights);
    checksum.update(head.array());
    float[] piece = new float[(int) Math.min(FLOATS_OF_PIECE, features.length())];
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * piece.length);
    for (long at = 0; at < features.length(); at += piece.length) {
      int count = (int) Math.min(piece.length, features.length() - at);
      features.copyTo(at, piece, 0, count);
      bytes.asFloatBuffer().put(piece, 0, count);
      checksum.update(bytes.array(), 0, Float.BYTES * count);
    }
  }

  /** The number of rows. */
  public int count() {
    return labels.length;
  }

  /** Features of one row. */
  public int rowLength() {
    return rowLength;
  }

  /** {@code [count, rowLength]}, row-major. */
  public Features features() {
    return features;
  }

  /** Class of each row. Read only. */
  public int[] labels() {
    return labels;
  }

  /** Weight of each row; empty if rows have no weights. Read only. */
  public float[] weights() {
    return weights;
  }

  /** Whether rows have weights; otherwise each has weight 1. */
  public boolean isWeighted() {
    return weights.length > 0;
  }

  /** Class of a row, 0 or more. */
  public int label(int row) {
    return labels[row];
  }

  /** Weight of a row: 0 or more; 1 if rows have no weights. */
  public float weight(int row) {
    return weights.length == 0 ? 1f : weights[row];
  }
}
