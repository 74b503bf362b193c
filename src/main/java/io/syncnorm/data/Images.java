package io.syncnorm.data;

import java.util.List;

/**
 * Grey images of one size, without labels. Immutable by contract: {@code pixels} is not copied, the
 * caller gives it away, and no one writes to it any more.
 */
public final class Images {
  private final int count;
  private final int height;
  private final int width;
  private final byte[] pixels;
  private final List<IdxFile> files;

  /**
   * @param count number of images, 0 or more
   * @param pixels unsigned bytes {@code [count, height, width]}, row-major, one image after another
   * @param files the files they were read from; empty when they were made in memory
   * @throws IllegalArgumentException when the dimensions and the length of {@code pixels} disagree
   */
  public Images(int count, int height, int width, byte[] pixels, List<IdxFile> files) {
    if (count < 0 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "images need count >= 0, height >= 1, width >= 1, found count=%d, height=%d, width=%d"
              .formatted(count, height, width));
    }
    long rowLength = (long) height * width;
    if (rowLength > Integer.MAX_VALUE || count * rowLength != pixels.length) {
      throw new IllegalArgumentException(
          "pixels.length must be count * height * width: count=%d, height=%d, width=%d, pixels.length=%d"
              .formatted(count, height, width, pixels.length));
    }
    this.count = count;
    this.height = height;
    this.width = width;
    this.pixels = pixels;
    this.files = List.copyOf(files);
  }

  /** The number of images. */
  public int count() {
    return count;
  }

  /** Pixel rows of one image. */
  public int height() {
    return height;
  }

  /** Pixel columns of one image. */
  public int width() {
    return width;
  }

  /** {@code height * width}, the number of features of one image. */
  public int rowLength() {
    return height * width;
  }

  /** Unsigned bytes {@code [count, height, width]}, row-major. Owned by this object: read only. */
  public byte[] pixels() {
    return pixels;
  }

  /** The files the images were read from; empty when they were made in memory. */
  public List<IdxFile> files() {
    return files;
  }
}
