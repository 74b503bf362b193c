package io.syncnorm.dl4j.fused;

import io.syncnorm.nn.Dimensions;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The form of the feature arrays that a DL4J network takes.
 *
 * @param order what the sizes mean
 * @param sizes sizes of a row's dimensions, {@link #UNKNOWN} where only the data tell
 */
public record RowForm(Order order, List<Integer> sizes) implements Serializable {
  private static final long serialVersionUID = 1;

  /** A size that the network does not tell: DL4J's convolutions take images of any size. */
  static final int UNKNOWN = 0;

  /** The dimensions of a row. */
  public enum Order {
    /** {@code [features]}, or any dimensions, whose values are taken as a vector. */
    VECTOR,
    /** {@code [channels, height, width]}: DL4J's NCHW. */
    CHANNELS_FIRST,
    /** {@code [height, width, channels]}: DL4J's NHWC. */
    CHANNELS_LAST
  }

  public RowForm {
    sizes = List.copyOf(sizes);
  }

  static RowForm image(Order order, int height, int width, int channels) {
    return new RowForm(
        order,
        order == Order.CHANNELS_FIRST
            ? List.of(channels, height, width)
            : List.of(height, width, channels));
  }

  /** Whether the network tells all sizes. */
  boolean isKnown() {
    return !sizes.contains(UNKNOWN);
  }

  /**
   * Returns the sizes of a row of an array, or nothing if the network does not take it. Images may
   * be flat if the network tells their sizes.
   *
   * @param shape of the array, with its rows
   */
  List<Integer> sizesOf(long[] shape) {
    List<Integer> found = Arrays.stream(shape, 1, shape.length).mapToObj(Math::toIntExact).toList();
    if (isKnown() && found.equals(List.of(length()))) {
      return sizes;
    }
    boolean fits = found.size() == sizes.size();
    for (int i = 0; fits && i < found.size(); i++) {
      fits = sizes.get(i) == UNKNOWN ? found.get(i) > 0 : sizes.get(i).equals(found.get(i));
    }
    return fits ? found : List.of();
  }

  private int length() {
    return sizes.stream().reduce(1, Math::multiplyExact);
  }

  /** Returns a row's dimensions in the fused engine, channels last. */
  Dimensions dimensions(List<Integer> known) {
    return switch (order) {
      case VECTOR -> Dimensions.vector(known.stream().reduce(1, Math::multiplyExact));
      case CHANNELS_FIRST -> new Dimensions(known.get(1), known.get(2), known.get(0));
      case CHANNELS_LAST -> new Dimensions(known.get(0), known.get(1), known.get(2));
    };
  }

  /** The form for messages: {@code [rows, 1, 28, 28]}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[rows");
    for (int size : sizes) {
      text.append(", ").append(size == UNKNOWN ? "any" : String.format(Locale.ROOT, "%d", size));
    }
    return text.append(']').toString();
  }
}
