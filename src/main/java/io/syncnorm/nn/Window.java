package io.syncnorm.nn;

import java.io.Serializable;
import java.util.Locale;

/**
 * The window that a convolution or a pooling moves over an image.
 *
 * @param height pixels of the window
 * @param width pixels of the window
 * @param strideY pixels between two windows, downwards
 * @param strideX pixels between two windows, to the right
 * @param padding the rows and columns added around the image
 */
public record Window(int height, int width, int strideY, int strideX, Padding padding)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The rows and columns added around an image. */
  public sealed interface Padding extends Serializable {}

  /**
   * As many as are needed for {@code ceil(size / stride)} outputs, half of them on each side; of an
   * odd number the larger half is below and on the right (TensorFlow's and Keras' "same").
   */
  public record Same() implements Padding {
    private static final long serialVersionUID = 1L;
  }

  /** Fixed numbers; all 0 for "valid". */
  public record Fixed(int top, int bottom, int left, int right) implements Padding {
    private static final long serialVersionUID = 1L;

    /** No padding: windows lie within the image. */
    public static final Fixed VALID = new Fixed(0, 0, 0, 0);

    public Fixed {
      if (top < 0 || bottom < 0 || left < 0 || right < 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "padding must not be negative: top=%d bottom=%d left=%d right=%d",
                top,
                bottom,
                left,
                right));
      }
    }
  }

  /**
   * @throws IllegalArgumentException if a size or stride is below 1, or fixed padding is not
   *     smaller than the window
   */
  public Window {
    if (height < 1 || width < 1 || strideY < 1 || strideX < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a window needs sizes and strides of at least 1: height=%d width=%d strideY=%d"
                  + " strideX=%d",
              height,
              width,
              strideY,
              strideX));
    }
    if (padding instanceof Fixed fixed
        && (Math.max(fixed.top, fixed.bottom) >= height
            || Math.max(fixed.left, fixed.right) >= width)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "padding must be smaller than the window of %d x %d: %s",
              height,
              width,
              fixed));
    }
  }

  /** A square window. */
  public static Window square(int size, int stride, Padding padding) {
    return new Window(size, size, stride, stride, padding);
  }

  /** This window with another padding. */
  public Window with(Padding other) {
    return new Window(height, width, strideY, strideX, other);
  }

  /** Pixels of the window. */
  public int positions() {
    return height * width;
  }

  /**
   * Dimensions of the windows' outputs.
   *
   * @param outChannels channels of an output
   * @throws IllegalArgumentException if the window is larger than the padded image
   */
  public Dimensions over(Dimensions image, int outChannels) {
    Fixed rim = padding(image);
    int y = image.height() + rim.top + rim.bottom - height;
    int x = image.width() + rim.left + rim.right - width;
    if (y < 0 || x < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a window of %d x %d is larger than the image", height, width));
    }
    return new Dimensions(y / strideY + 1, x / strideX + 1, outChannels);
  }

  /** The padding of an image. */
  public Fixed padding(Dimensions image) {
    if (padding instanceof Fixed fixed) {
      return fixed;
    }
    int y = missing(image.height(), height, strideY);
    int x = missing(image.width(), width, strideX);
    return new Fixed(y / 2, y - y / 2, x / 2, x - x / 2);
  }

  private static int missing(int size, int window, int stride) {
    int outputs = (size + stride - 1) / stride;
    return Math.max(0, (outputs - 1) * stride + window - size);
  }
}
