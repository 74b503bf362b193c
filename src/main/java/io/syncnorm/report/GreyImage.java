package io.syncnorm.report;

import java.awt.image.BufferedImage;

/**
 * A small grayscale picture, such as a handwritten digit.
 *
 * @param pixels {@code [height, width]}, row-major, one unsigned byte each, 0 is black
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record GreyImage(byte[] pixels, int height, int width) {

  /**
   * Creates a picture. The pixels are not copied and must not be changed afterwards.
   *
   * @throws IllegalArgumentException if there are not {@code height * width} pixels, or there are
   *     none
   */
  public GreyImage {
    if (height < 1 || width < 1 || pixels.length != height * width) {
      throw new IllegalArgumentException(
          "expected height * width pixels, at least one: height="
              + height
              + " width="
              + width
              + " pixels="
              + pixels.length);
    }
  }

  /** Converts the picture to Java's image type. */
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, width, height, pixels);
    return image;
  }
}
