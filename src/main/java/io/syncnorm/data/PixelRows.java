package io.syncnorm.data;

import java.util.Locale;

/** Rows of pixels, four times smaller than the features that {@link PixelScale} makes of them. */
public final class PixelRows implements Rows {
  private static final long serialVersionUID = 1L;
  private static final int CACHE_LINE_BYTES = 64;

  /**
   * Rows lie in random order in memory, and converting one by one waits for each. Waits for so many
   * overlap: a mini-batch of MNIST takes 38 us instead of 59. Floats, which are copied and not
   * converted, gain nothing from it.
   */
  private static final int ROWS_TOUCHED_AT_ONCE = 16;

  private final int rowLength;
  private final byte[] pixels;
  private final byte[] labels;
  private final RowWeights weights;

  @SuppressWarnings("UnusedVariable") // written, so that the reading is not optimized away
  private transient int touched;

  /**
   * Rows that weigh 1 each.
   *
   * @param rowLength pixels of one row, at least 1
   * @param pixels unsigned bytes {@code [count, rowLength]}, row-major
   * @param labels unsigned bytes {@code [count]}
   * @throws IllegalArgumentException when the lengths disagree
   */
  public PixelRows(int rowLength, byte[] pixels, byte[] labels) {
    this(rowLength, pixels, labels, RowWeights.NONE);
  }

  private PixelRows(int rowLength, byte[] pixels, byte[] labels, RowWeights weights) {
    if (rowLength < 1 || (long) rowLength * labels.length != pixels.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "pixels.length must be rowLength * labels.length: rowLength=%d, labels.length=%d, pixels.length=%d",
              rowLength,
              labels.length,
              pixels.length));
    }
    this.rowLength = rowLength;
    this.pixels = pixels;
    this.labels = labels;
    this.weights = weights;
  }

  /**
   * The same rows with a weight each.
   *
   * @param weights {@code [count]}, each finite and at least 0
   */
  public PixelRows withWeights(float[] weights) {
    return new PixelRows(rowLength, pixels, labels, RowWeights.of(weights, count()));
  }

  @Override
  public int count() {
    return labels.length;
  }

  /** Pixels of one row, {@code height * width} of its image. */
  @Override
  public int rowLength() {
    return rowLength;
  }

  @Override
  public int label(int row) {
    return labels[row] & 0xff;
  }

  @Override
  public float weight(int row) {
    return weights.of(row);
  }

  @Override
  public void copyFeatures(int[] order, int from, int count, float[] features) {
    for (int first = 0; first < count; first += ROWS_TOUCHED_AT_ONCE) {
      int end = Math.min(count, first + ROWS_TOUCHED_AT_ONCE);
      for (int i = first; i < end; i++) {
        touch(order[from + i]);
      }
      for (int i = first; i < end; i++) {
        copyFeatures(order[from + i], features, i * rowLength);
      }
    }
  }

  /** Reads a little everywhere in a row, which brings it into the processor's caches. */
  private void touch(int row) {
    int sum = 0;
    int end = (row + 1) * rowLength;
    for (int i = row * rowLength; i < end; i += CACHE_LINE_BYTES) {
      sum += pixels[i];
    }
    touched = sum;
  }

  /** Writes pixel / 255. */
  @Override
  public void copyFeatures(int row, float[] features, int at) {
    PixelScale.toFeatures(pixels, row * rowLength, features, at, rowLength);
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
