package io.syncnorm.dl4j.file;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;

/**
 * Rows are images flattened in the order of their file, and a convolutional network unfolds them to
 * channels, height and width. Another order would train, on images in pieces.
 */
final class ImageShape {
  private ImageShape() {}

  /**
   * Refuses images whose dimensions come in another order than those the network unfolds rows to.
   *
   * @param shape sizes of the dimensions of an image; rows of values fit any network of that length
   * @throws ModelException if they have as many values, and not in that order
   */
  static void require(MultiLayerConfiguration network, List<Integer> shape, Path file) {
    if (shape.size() == 1
        || !(network.getInputPreProcess(0) instanceof FeedForwardToCnnPreProcessor image)) {
      return;
    }
    List<Long> expected =
        List.of(image.getNumChannels(), image.getInputHeight(), image.getInputWidth());
    boolean isOrdered = ends(expected).containsAll(ends(shape));
    if (!isOrdered && product(expected.stream()) == product(shape.stream())) {
      throw new ModelException(
          "the network in %s takes images as channels, height and width: expected %s, found %s; write the images in that order"
              .formatted(file, expected, shape));
    }
  }

  /** After how many values each dimension ends: in the same order these are among the others. */
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
