package io.syncnorm.report;

import java.awt.image.BufferedImage;

/**
 * A small picture of grey values, such as a handwritten digit.
 *
 * @param pixels {@code [height, width]}, row-major, one unsigned byte each, 0 is black
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record GreyImage(byte[] pixels, int height, int width) {

  /**
   * Keeps the pixels, which are not to be changed any more.
   *
   * @throws IllegalArgumentException if there are not {@code height * width} pixels, or none
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

  /** The picture, as Java draws and writes pictures. */
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, width, height, pixels);
    return image;
  }
}
