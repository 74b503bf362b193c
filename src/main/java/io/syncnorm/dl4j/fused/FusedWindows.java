package io.syncnorm.dl4j.fused;

import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Layer.AveragePooling.Divisor;
import io.syncnorm.nn.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;

/**
 * Translates the windows of DL4J's convolutions and poolings for the fused engine. The zeros that a
 * layer of its own puts around their images are their padding.
 */
final class FusedWindows {
  private FusedWindows() {}

  /**
   * Checks a layer of zeros.
   *
   * @throws NotFusedException if they cannot be the padding of the next layer
   */
  static void requirePadding(List<org.deeplearning4j.nn.conf.layers.Layer> layers, int at) {
    FusedRules.refuse(
        !computesWithZeros(layers.get(at + 1)),
        String.format(
            Locale.ROOT, "layer %d is a ZeroPaddingLayer, and no convolution follows", at));
  }

  private static boolean computesWithZeros(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer instanceof ConvolutionLayer
        || (layer instanceof SubsamplingLayer pooling
            && pooling.getPoolingType() == PoolingType.AVG
            && pooling.isAvgPoolIncludePadInDivisor());
  }

  /** The zeros around the image of a layer: [top, bottom, left, right]. */
  private static int[] zeros(List<org.deeplearning4j.nn.conf.layers.Layer> layers, int at) {
    return at > 0 && layers.get(at - 1) instanceof ZeroPaddingLayer zeros
        ? zeros.getPadding()
        : new int[4];
  }

  /** Returns the window of the convolution at {@code at}. */
  static Window ofConvolution(List<org.deeplearning4j.nn.conf.layers.Layer> layers, int at) {
    ConvolutionLayer layer = (ConvolutionLayer) layers.get(at);
    return window(
        layer.getKernelSize(),
        layer.getStride(),
        layer.getPadding(),
        zeros(layers, at),
        layer.getDilation(),
        layer.getConvolutionMode(),
        at);
  }

  /**
   * Returns the pooling at {@code at}.
   *
   * @throws NotFusedException if it is of another type than MAX and AVG
   */
  static Layer pooling(List<org.deeplearning4j.nn.conf.layers.Layer> layers, int at) {
    SubsamplingLayer layer = (SubsamplingLayer) layers.get(at);
    Window window =
        window(
            layer.getKernelSize(),
            layer.getStride(),
            layer.getPadding(),
            zeros(layers, at),
            layer.getDilation(),
            layer.getConvolutionMode(),
            at);
    return switch (layer.getPoolingType()) {
      case MAX -> new Layer.MaxPooling(window);
      case AVG ->
          new Layer.AveragePooling(
              window,
              layer.isAvgPoolIncludePadInDivisor() ? Divisor.WINDOW : Divisor.PIXELS_OF_IMAGE);
      default ->
          throw new NotFusedException(
              String.format(Locale.ROOT, "layer %d pools with %s", at, layer.getPoolingType()));
    };
  }

  /** DL4J's "same" puts the larger half of the padding below and on the right, too. */
  private static Window window(
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] zeros,
      int[] dilation,
      ConvolutionMode mode,
      int at) {
    if (Arrays.stream(dilation).anyMatch(each -> each != 1)) {
      throw new NotFusedException(
          String.format(Locale.ROOT, "layer %d has dilation=%s", at, Arrays.toString(dilation)));
    }
    FusedRules.refuse(
        mode == ConvolutionMode.Same && Arrays.stream(zeros).anyMatch(each -> each > 0),
        String.format(Locale.ROOT, "layer %d has convolutionMode=Same after a padding", at));
    try {
      return new Window(
          kernel[0],
          kernel[1],
          stride[0],
          stride[1],
          switch (mode) {
            case Same -> new Window.Same();
            case Truncate, Strict ->
                new Window.Fixed(
                    padding[0] + zeros[0],
                    padding[0] + zeros[1],
                    padding[1] + zeros[2],
                    padding[1] + zeros[3]);
            default ->
                throw new NotFusedException(
                    String.format(Locale.ROOT, "layer %d has convolutionMode=%s", at, mode));
          });
    } catch (IllegalArgumentException e) {
      throw new NotFusedException(String.format(Locale.ROOT, "layer %d: %s", at, e.getMessage()));
    }
  }
}
