package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Window;

/** The pixels of an image under each position of a window, without padding. */
final class Windows {
  private final int[] top;
  private final int[] bottom;
  private final int[] left;
  private final int[] right;

  Windows(Dimensions image, Window window) {
    Dimensions output = window.over(image, image.channels());
    Window.Fixed rim = window.padding(image);
    this.top = new int[output.height()];
    this.bottom = new int[output.height()];
    this.left = new int[output.width()];
    this.right = new int[output.width()];
    fill(top, bottom, window.strideY(), window.height(), rim.top(), image.height());
    fill(left, right, window.strideX(), window.width(), rim.left(), image.width());
  }

  private static void fill(int[] from, int[] to, int stride, int size, int padding, int limit) {
    for (int i = 0; i < from.length; i++) {
      int first = i * stride - padding;
      from[i] = Math.max(0, first);
      to[i] = Math.min(limit, first + size);
    }
  }

  /** The first line under windows of output line {@code oy}. */
  int top(int oy) {
    return top[oy];
  }

  /** The line after the last one. */
  int bottom(int oy) {
    return bottom[oy];
  }

  /** The first column under windows of output column {@code ox}. */
  int left(int ox) {
    return left[ox];
  }

  /** The column after the last one. */
  int right(int ox) {
    return right[ox];
  }
}
