package io.syncnorm.model;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Images as a network makes them of flat rows. Rows are images flattened in the order of their
 * file. In another order than the network's it would train on scrambled images.
 *
 * @param sizes sizes of an image's dimensions, in the network's order
 * @param order of the sizes, for messages
 */
public record ImageShape(List<Long> sizes, String order) {
  public static final String CHANNELS_FIRST = "channels, height and width";
  public static final String CHANNELS_LAST = "height, width and channels";

  /** Returns the images of a network; empty if it takes rows as vectors. */
  public static Optional<ImageShape> of(Architecture network) {
    Dimensions input = network.input();
    if (input.positions() == 1) {
      return Optional.empty();
    }
    long height = input.height();
    long width = input.width();
    long channels = input.channels();
    boolean isFirst =
        !network.layers().isEmpty() && network.layers().get(0) instanceof Layer.ChannelsLast;
    return Optional.of(
        isFirst
            ? new ImageShape(List.of(channels, height, width), CHANNELS_FIRST)
            : new ImageShape(List.of(height, width, channels), CHANNELS_LAST));
  }

  /** Values of an image. */
  public long length() {
    return product(sizes.stream());
  }

  /**
   * Rejects images whose dimensions are in another order.
   *
   * @param shape sizes of an image's dimensions; a single dimension fits any network with as many
   *     inputs
   * @throws ModelException if the number of values is equal but the order is not
   */
  public void require(List<Integer> shape, Path file) {
    boolean isOrdered = ends(sizes).containsAll(ends(shape));
    if (shape.size() > 1 && !isOrdered && length() == product(shape.stream())) {
      throw new ModelException(
          "the network in %s expects images as %s: expected %s, found %s; write the images in that order"
              .formatted(file, order, sizes, shape));
    }
  }

  /**
   * Returns the cumulative products of the sizes: if the orders agree, one set contains the other.
   */
  private static Set<Long> ends(List<? extends Number> sizes) {
    Set<Long> ends = new HashSet<>(Set.of(1L));
    long end = 1;
    for (Number size : sizes) {
      end *= size.longValue();
      ends.add(end);
    }
    return ends;
  }

  private static long product(Stream<? extends Number> sizes) {
    return sizes.mapToLong(Number::longValue).reduce(1, Math::multiplyExact);
  }
}
