package io.syncnorm.config.layer;

import java.io.Serializable;
import java.util.Locale;

/**
 * Height and width, in pixels: the size of a window, or the distance between two windows.
 *
 * @param height from 1 to {@link #MOST}
 * @param width from 1 to {@link #MOST}
 */
public record Extent(int height, int width) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The largest height or width. */
  public static final int MOST = 65536;

  /**
   * @throws IllegalArgumentException if a side is out of range
   */
  public Extent {
    if (height < 1 || width < 1 || height > MOST || width > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "height and width must be from 1 to %d: height=%d width=%d",
              MOST,
              height,
              width));
    }
  }

  /** The extent of a square. */
  public static Extent square(int side) {
    return new Extent(side, side);
  }

  /** The extent as HOCON: {@code 3}, or {@code [3, 5]}. */
  String text() {
    return height == width
        ? String.valueOf(height)
        : String.format(Locale.ROOT, "[%d, %d]", height, width);
  }
}
