package io.syncnorm.dl4j.file;

import io.syncnorm.dl4j.fused.FusedReader;
import io.syncnorm.dl4j.fused.RowForm;
import io.syncnorm.model.ImageShape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;

/** Images as the first input preprocessor of a DL4J network makes them of flat rows. */
final class NetworkImages {
  private NetworkImages() {}

  /** Returns the images of a network; empty if its first layer takes rows as they are. */
  static Optional<ImageShape> of(MultiLayerConfiguration network) {
    InputPreProcessor first = network.getInputPreProcess(0);
    if (first instanceof FeedForwardToCnnPreProcessor image) {
      return Optional.of(
          new ImageShape(
              List.of(image.getNumChannels(), image.getInputHeight(), image.getInputWidth()),
              ImageShape.CHANNELS_FIRST));
    }
    if (first instanceof ReshapePreprocessor reshape) {
      List<Long> sizes =
          Arrays.stream(reshape.getTargetShape())
              .skip(reshape.isHasMiniBatchDimension() ? 1 : 0)
              .boxed()
              .toList();
      boolean isFirst = reshape.getFormat() == CNN2DFormat.NCHW;
      return Optional.of(
          new ImageShape(sizes, isFirst ? ImageShape.CHANNELS_FIRST : ImageShape.CHANNELS_LAST));
    }
    return Optional.empty();
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
      long[] row = {shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact)};
      long[] sizes = {shape.get(0), shape.get(1), shape.size() == 3 ? shape.get(2) : 1};
      network
          .getInputPreProcessors()
          .put(0, new ReshapePreprocessor(row, sizes, false, CNN2DFormat.NHWC));
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

  /**
   * Rejects images whose dimensions are in another order than the network's.
   *
   * @param shape sizes of an image's dimensions; a single dimension fits any network with as many
   *     inputs
   * @throws io.syncnorm.model.ModelException if the number of values is equal but the order is not
   */
  static void require(MultiLayerConfiguration network, List<Integer> shape, Path file) {
    of(network).ifPresent(image -> image.require(shape, file));
  }
}
