package io.syncnorm.data.idx;

import io.syncnorm.data.Features;
import io.syncnorm.data.RowFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Images of one shape, without labels. Immutable by contract: values are not copied, and the caller
 * must not write to them afterwards.
 *
 * @param count number of images, 0 or more
 * @param shape sizes of the dimensions of an image, in the order of the file, at least one
 * @param type type of the values in the file
 * @param values {@code [count, shape]}, row-major, one image after another
 * @param files the files they were read from; empty for images created in memory
 */
public record Images(
    int count, List<Integer> shape, IdxType type, Features values, List<IdxFile> files) {
  /**
   * Height and width of images that can be shown in gray.
   *
   * @param height rows of pixels
   * @param width columns of pixels
   */
  public record Picture(int height, int width) {}

  /**
   * @throws IllegalArgumentException if the sizes and the number of {@code values} disagree
   */
  public Images {
    shape = List.copyOf(shape);
    files = List.copyOf(files);
    long length = 1;
    for (int size : shape) {
      length = size < 1 || length < 0 ? -1 : length * size;
      length = length > Integer.MAX_VALUE ? -1 : length;
    }
    if (count < 0 || shape.isEmpty() || length < 1 || count * length != values.length()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "images need count >= 0, sizes >= 1 and count times the sizes values: count=%d, shape=%s, values=%d",
              count,
              shape,
              values.length()));
    }
  }

  /** Formats a shape for messages: {@code 28 x 28}. */
  static String describe(List<Integer> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(" x "));
  }

  /** The format of the images as rows. */
  public RowFormat format() {
    return new RowFormat(shape, type == IdxType.UBYTE);
  }

  /** The shape as text, for messages. */
  public String size() {
    return describe(shape);
  }

  /** The number of features of one image. */
  public int rowLength() {
    return shape.stream().reduce(1, (product, size) -> product * size);
  }

  /**
   * Height and width of images with two dimensions; any other dimensions must be of size 1, such as
   * the channel of a gray image.
   *
   * @return empty for rows of values and for images with several channels
   */
  public Optional<Picture> picture() {
    if (shape.size() == 2) {
      return Optional.of(new Picture(shape.get(0), shape.get(1)));
    }
    List<Integer> sides = shape.stream().filter(size -> size > 1).toList();
    return shape.size() > 2 && sides.size() == 2
        ? Optional.of(new Picture(sides.get(0), sides.get(1)))
        : Optional.empty();
  }
}
