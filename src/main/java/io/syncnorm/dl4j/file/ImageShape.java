package io.syncnorm.dl4j.file;

import io.syncnorm.dl4j.fused.FusedReader;
import io.syncnorm.dl4j.fused.RowForm;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;

/**
 * Images as the first input preprocessor of a network makes them of flat rows. Rows are images
 * flattened in the order of their file. In another order than the network's it would train on
 * scrambled images.
 *
 * @param sizes sizes of an image's dimensions, in the network's order
 * @param order of the sizes, for messages
 */
record ImageShape(List<Long> sizes, String order) {
  private static final String CHANNELS_FIRST = "channels, height and width";
  private static final String CHANNELS_LAST = "height, width and channels";

  /** Returns the images of a network; empty if its first layer takes rows as they are. */
  static Optional<ImageShape> of(MultiLayerConfiguration network) {
    InputPreProcessor first = network.getInputPreProcess(0);
    if (first instanceof FeedForwardToCnnPreProcessor image) {
      return Optional.of(
          new ImageShape(
              List.of(image.getNumChannels(), image.getInputHeight(), image.getInputWidth()),
              CHANNELS_FIRST));
    }
    if (first instanceof ReshapePreprocessor reshape) {
      List<Long> sizes =
          Arrays.stream(reshape.getTargetShape())
              .skip(reshape.isHasMiniBatchDimension() ? 1 : 0)
              .boxed()
              .toList();
      boolean isFirst = reshape.getFormat() == CNN2DFormat.NCHW;
      return Optional.of(new ImageShape(sizes, isFirst ? CHANNELS_FIRST : CHANNELS_LAST));
    }
    return Optional.empty();
  }

  /** Returns the images of a network; empty if it takes rows as vectors. */
  static Optional<ImageShape> of(Architecture network) {
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

  /**
   * Lets a network that takes images in arrays of four dimensions take flat rows instead.
   *
   * @param shape sizes of an image's dimensions in the rows; without that of a single channel, too
   */
  static void takeFlatRows(MultiLayerConfiguration network, List<Integer> shape) {
    if (network.getInputPreProcess(0) != null || shape.size() < 2 || shape.size() > 3) {
      return;
    }
    RowForm.Order order = FusedReader.form(network).order();
    if (order == RowForm.Order.CHANNELS_LAST) {
      long[] sizes = {shape.get(0), shape.get(1), shape.size() == 3 ? shape.get(2) : 1};
      network
          .getInputPreProcessors()
          .put(
              0,
              new ReshapePreprocessor(
                  new long[] {product(shape.stream())}, sizes, false, CNN2DFormat.NHWC));
    } else if (order == RowForm.Order.CHANNELS_FIRST) {
      int at = shape.size() - 2;
      network
          .getInputPreProcessors()
          .put(
              0,
              new FeedForwardToCnnPreProcessor(
                  shape.get(at), shape.get(at + 1), at == 1 ? shape.get(0) : 1));
    }
  }

  /** Values of an image. */
  long length() {
    return product(sizes.stream());
  }

  /**
   * Rejects images whose dimensions are in another order than the network's.
   *
   * @param shape sizes of an image's dimensions; a single dimension fits any network with as many
   *     inputs
   * @throws ModelException if the number of values is equal but the order is not
   */
  static void require(MultiLayerConfiguration network, List<Integer> shape, Path file) {
    of(network).ifPresent(image -> image.require(shape, file));
  }

  /**
   * Rejects images whose dimensions are in another order.
   *
   * @throws ModelException as {@link #require(MultiLayerConfiguration, List, Path)}
   */
  void require(List<Integer> shape, Path file) {
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
