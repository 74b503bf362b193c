package io.syncnorm.data;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The format of a source's rows.
 *
 * @param shape sizes of a row's dimensions, at least one; {@code [length]} if a row is a vector
 * @param isPixels whether features are unsigned bytes divided by 255
 */
public record RowFormat(List<Integer> shape, boolean isPixels) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Height and width of rows that can be shown as gray images.
   *
   * @param height rows of pixels
   * @param width columns of pixels
   */
  public record Picture(int height, int width) {}

  /**
   * @throws IllegalArgumentException if a size is below 1 or the row does not fit into an array
   */
  public RowFormat {
    shape = List.copyOf(shape);
    long length = 1;
    for (int size : shape) {
      length = size < 1 || length < 0 ? -1 : length * size;
      length = length > Integer.MAX_VALUE - 8 ? -1 : length;
    }
    if (shape.isEmpty() || length < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a row needs sizes of at least 1 whose product fits into an array, found shape=%s",
              shape));
    }
  }

  /** The format of vectors. */
  public static RowFormat ofVectors(int length) {
    return new RowFormat(List.of(length), false);
  }

  /** The number of features of a row. */
  public int rowLength() {
    return shape.stream().reduce(1, (product, size) -> product * size);
  }

  /** The shape for messages: {@code 28 x 28}. */
  public String size() {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(" x "));
  }

  /**
   * Height and width of rows with two dimensions; any other dimensions must be of size 1, such as
   * the channel of a gray image.
   *
   * @return empty for vectors and for images with several channels
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
