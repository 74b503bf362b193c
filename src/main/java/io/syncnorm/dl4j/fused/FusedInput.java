package io.syncnorm.dl4j.fused;

import io.syncnorm.dl4j.fused.RowForm.Order;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.modelimport.keras.preprocessors.TensorFlowCnnToFeedForwardPreProcessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;

/**
 * What a DL4J network takes as input, and what its input preprocessors do.
 *
 * @param format of all images of the network
 * @param isImage whether the first layer's inputs are images
 */
record FusedInput(RowForm form, CNN2DFormat format, boolean isImage) {

  /**
   * Reads the input of a network.
   *
   * @throws NotFusedException if its first preprocessor is not supported
   */
  static FusedInput of(MultiLayerConfiguration network) {
    CNN2DFormat format = formatOf(network);
    InputPreProcessor first = network.getInputPreProcess(0);
    if (first instanceof FeedForwardToCnnPreProcessor image) {
      FusedRules.refuse(
          format != CNN2DFormat.NCHW,
          "its layers have format=NHWC, and its first preprocessor NCHW");
      return ofImage(
          format,
          size(image.getInputHeight()),
          size(image.getInputWidth()),
          size(image.getNumChannels()));
    }
    if (first instanceof ReshapePreprocessor reshape) {
      List<Integer> target = target(reshape);
      return target.size() == 3
          ? new FusedInput(new RowForm(order(format), target), format, true)
          : ofVector(target, format);
    }
    if (first instanceof CnnToFeedForwardPreProcessor image) {
      FusedRules.refuse(
          reordersChannels(first), "layer 0 has a preprocessor that reorders channels");
      RowForm form =
          RowForm.image(
              order(image.getFormat()),
              size(image.getInputHeight()),
              size(image.getInputWidth()),
              size(image.getNumChannels()));
      return ofVector(form.isKnown() ? form.sizes() : List.of(features(network)), format);
    }
    if (first != null) {
      throw unsupported(first, 0);
    }
    return takesImages(network)
        ? ofImage(format, RowForm.UNKNOWN, RowForm.UNKNOWN, channels(network))
        : ofVector(List.of(features(network)), format);
  }

  private static FusedInput ofImage(CNN2DFormat format, int height, int width, int channels) {
    return new FusedInput(RowForm.image(order(format), height, width, channels), format, true);
  }

  private static FusedInput ofVector(List<Integer> sizes, CNN2DFormat format) {
    return new FusedInput(new RowForm(Order.VECTOR, sizes), format, false);
  }

  /** With one channel, images are the same in both orders. */
  boolean hasOneChannel() {
    return form.sizes().get(0) == 1;
  }

  /**
   * Returns whether a preprocessor after the first layer flattens images.
   *
   * @throws NotFusedException if it does anything else
   */
  static boolean flattens(InputPreProcessor before, CNN2DFormat format, boolean isImage, int at) {
    if (before instanceof CnnToFeedForwardPreProcessor flatten) {
      FusedRules.refuse(
          isImage && !reordersChannels(before) && flatten.getFormat() != format,
          String.format(
              Locale.ROOT,
              "layer %d has a preprocessor with format=%s after format=%s",
              at,
              flatten.getFormat(),
              format));
      return isImage;
    }
    if (before instanceof ReshapePreprocessor reshape && target(reshape).size() == 1) {
      return isImage;
    }
    if (before instanceof FeedForwardToCnnPreProcessor && isImage) {
      return false;
    }
    throw unsupported(before, at);
  }

  /** Whether a preprocessor flattens images of DL4J's NCHW with channels last, as Keras does. */
  @SuppressWarnings("deprecation") // files that older versions wrote have it
  static boolean reordersChannels(InputPreProcessor preprocessor) {
    return preprocessor instanceof TensorFlowCnnToFeedForwardPreProcessor;
  }

  /** The sizes of a row after a preprocessor. */
  private static List<Integer> target(ReshapePreprocessor reshape) {
    return Arrays.stream(reshape.getTargetShape())
        .skip(reshape.isHasMiniBatchDimension() ? 1 : 0)
        .mapToObj(Math::toIntExact)
        .toList();
  }

  private static Order order(CNN2DFormat format) {
    return format == CNN2DFormat.NHWC ? Order.CHANNELS_LAST : Order.CHANNELS_FIRST;
  }

  /** Returns whether a layer that needs images comes before one that needs vectors. */
  private static boolean takesImages(MultiLayerConfiguration network) {
    for (int i = 0; i < network.getConfs().size(); i++) {
      Layer layer = network.getConf(i).getLayer();
      if (network.getInputPreProcess(i) instanceof CnnToFeedForwardPreProcessor
          || isWindow(layer)
          || layer instanceof GlobalPoolingLayer) {
        return true;
      }
      if (layer instanceof FeedForwardLayer && !(layer instanceof BatchNormalization)) {
        return false;
      }
    }
    return false;
  }

  private static boolean isWindow(Layer layer) {
    return layer instanceof ConvolutionLayer || layer instanceof SubsamplingLayer;
  }

  /** The format of the first layer that has one. */
  private static CNN2DFormat formatOf(MultiLayerConfiguration network) {
    CNN2DFormat normalized = null;
    for (int i = 0; i < network.getConfs().size(); i++) {
      Layer layer = network.getConf(i).getLayer();
      if (layer instanceof ConvolutionLayer convolution) {
        return convolution.getCnn2dDataFormat();
      }
      if (layer instanceof SubsamplingLayer pooling) {
        return pooling.getCnn2dDataFormat();
      }
      if (layer instanceof BatchNormalization norm && normalized == null) {
        normalized = norm.getCnn2DFormat();
      }
    }
    return normalized == null ? CNN2DFormat.NCHW : normalized;
  }

  private static int channels(MultiLayerConfiguration network) {
    for (int i = 0; i < network.getConfs().size(); i++) {
      Layer layer = network.getConf(i).getLayer();
      if (layer instanceof ConvolutionLayer || layer instanceof BatchNormalization) {
        return size(((FeedForwardLayer) layer).getNIn());
      }
    }
    return RowForm.UNKNOWN;
  }

  private static int features(MultiLayerConfiguration network) {
    for (int i = 0; i < network.getConfs().size(); i++) {
      if (network.getConf(i).getLayer() instanceof FeedForwardLayer layer && layer.getNIn() > 0) {
        return size(layer.getNIn());
      }
    }
    throw new NotFusedException("no layer tells the number of its inputs");
  }

  private static int size(long size) {
    return Math.toIntExact(size);
  }

  private static NotFusedException unsupported(InputPreProcessor preprocessor, int at) {
    return new NotFusedException(
        String.format(
            Locale.ROOT,
            "layer %d has the input preprocessor %s",
            at,
            preprocessor.getClass().getSimpleName()));
  }
}
