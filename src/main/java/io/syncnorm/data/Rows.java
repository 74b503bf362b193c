package io.syncnorm.data;

import java.io.Serializable;

/**
 * Labelled rows as they rest on a rank, packed. Immutable by contract: arrays are not copied, the
 * caller gives them away, and no one writes to them any more.
 */
public sealed interface Rows extends Serializable permits PixelRows, FloatRows {
  /** All rows of {@code images}, sharing their arrays; each weighs 1. */
  static PixelRows of(LabelledImages images) {
    return new PixelRows(images.rowLength(), images.pixels(), images.labels());
  }

  /** The number of rows. */
  int count();

  /** Features of one row. */
  int rowLength();

  /** Class of a row, 0 or more. */
  int label(int row);

  /**
   * What a row counts in loss, gradient and accuracy: 0 or more, 1 where rows have no weights of
   * their own.
   */
  float weight(int row);

  /**
   * Writes the {@link #rowLength} features of a row to {@code features[at]} and on. Allocates
   * nothing.
   */
  void copyFeatures(int row, float[] features, int at);

  /**
   * Writes the features of several rows, one after the other from {@code features[0]} on.
   *
   * @param order the rows' numbers, of which {@code count} from {@code from} on are meant
   */
  default void copyFeatures(int[] order, int from, int count, float[] features) {
    for (int i = 0; i < count; i++) {
      copyFeatures(order[from + i], features, i * rowLength());
    }
  }
}
