package io.syncnorm.nn;

import java.util.Locale;

/** Sizes of buffers, checked where they are multiplied. */
public final class Sizes {
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private Sizes() {}

  /**
   * Elements of a batch, {@code [rows, width]}.
   *
   * @throws IllegalArgumentException if they do not fit into one array
   */
  public static int ofBatch(int rows, int width) {
    long elements = (long) rows * width;
    if (elements > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a batch does not fit into one array: expected rows<=%d of width=%d, found rows=%d; make batches smaller",
              MAX_ELEMENTS / width,
              width,
              rows));
    }
    return (int) elements;
  }
}
