package io.syncnorm.dl4j.file;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;

/**
 * Checks the order of an image's dimensions. Rows are images flattened in the order of their file,
 * and a convolutional network reshapes them to channels, height and width. With another order it
 * would train on scrambled images.
 */
final class ImageShape {
  private ImageShape() {}

  /**
   * Rejects images whose dimensions are in another order than the network's.
   *
   * @param shape sizes of an image's dimensions; a single dimension fits any network with as many
   *     inputs
   * @throws ModelException if the number of values is equal but the order is not
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
          "the network in %s expects images as channels, height and width: expected %s, found %s; write the images in that order"
              .formatted(file, expected, shape));
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
