package io.syncnorm.data;

import java.io.Serializable;

/**
 * Labelled rows as they travel to a rank: bytes, four times smaller than the features they become.
 * Immutable by contract: the arrays are not copied, the caller gives them away, and no one writes
 * to them any more.
 */
public final class Rows implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int rowLength;
  private final byte[] pixels;
  private final byte[] labels;

  /**
   * @param rowLength pixels of one row, at least 1
   * @param pixels unsigned bytes {@code [count, rowLength]}, row-major
   * @param labels unsigned bytes {@code [count]}
   * @throws IllegalArgumentException when the lengths disagree
   */
  public Rows(int rowLength, byte[] pixels, byte[] labels) {
    if (rowLength < 1 || (long) rowLength * labels.length != pixels.length) {
      throw new IllegalArgumentException(
          "pixels.length must be rowLength * labels.length: rowLength=%d, labels.length=%d, pixels.length=%d"
              .formatted(rowLength, labels.length, pixels.length));
    }
    this.rowLength = rowLength;
    this.pixels = pixels;
    this.labels = labels;
  }

  /** All rows of {@code images}, sharing their arrays. */
  public static Rows of(LabelledImages images) {
    return new Rows(images.rowLength(), images.pixels(), images.labels());
  }

  /** The number of rows. */
  public int count() {
    return labels.length;
  }

  /** Pixels of one row, {@code height * width} of its image. */
  public int rowLength() {
    return rowLength;
  }

  /** Unsigned bytes {@code [count, rowLength]}, row-major. Owned by this object: read only. */
  public byte[] pixels() {
    return pixels;
  }

  /** Unsigned bytes {@code [count]}. Owned by this object: read only. */
  public byte[] labels() {
    return labels;
  }
}
