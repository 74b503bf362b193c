package io.syncnorm.nn;

import java.io.Serializable;
import java.util.Locale;

/**
 * Sizes of what one row has between two layers: an image in the order height, width, channels
 * (NHWC, channels closest together), or a vector, which is an image of one pixel.
 *
 * @param channels features of a vector
 */
public record Dimensions(int height, int width, int channels) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * @throws IllegalArgumentException if a size is below 1, or a row does not fit into an array
   */
  public Dimensions {
    if (height < 1
        || width < 1
        || channels < 1
        || (double) height * width * channels > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "sizes must be at least 1 and their product at most %d: height=%d width=%d channels=%d",
              Integer.MAX_VALUE - 8,
              height,
              width,
              channels));
    }
  }

  /** The dimensions of a vector. */
  public static Dimensions vector(int features) {
    return new Dimensions(1, 1, features);
  }

  /** Values of a row. */
  public int size() {
    return height * width * channels;
  }

  /** Pixels of a row: its positions in an image. */
  public int positions() {
    return height * width;
  }

  /** The sizes for messages: {@code 28 x 28 x 1}, or {@code 128} for a vector. */
  @Override
  public String toString() {
    return positions() == 1
        ? String.valueOf(channels)
        : String.format(Locale.ROOT, "%d x %d x %d", height, width, channels);
  }
}
