package io.syncnorm.dl4j.fused;

import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Layer.AveragePooling.Divisor;
import io.syncnorm.nn.Window;
import java.util.Arrays;
import java.util.Locale;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;

/** Translates the windows of DL4J's convolutions and poolings for the fused engine. */
final class FusedWindows {
  private FusedWindows() {}

  static Window of(ConvolutionLayer layer, int at) {
    return window(
        layer.getKernelSize(),
        layer.getStride(),
        layer.getPadding(),
        layer.getDilation(),
        layer.getConvolutionMode(),
        at);
  }

  /**
   * Returns a pooling.
   *
   * @throws NotFusedException if it is of another type than MAX and AVG
   */
  static Layer pooling(SubsamplingLayer layer, int at) {
    Window window =
        window(
            layer.getKernelSize(),
            layer.getStride(),
            layer.getPadding(),
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
      int[] kernel, int[] stride, int[] padding, int[] dilation, ConvolutionMode mode, int at) {
    if (Arrays.stream(dilation).anyMatch(each -> each != 1)) {
      throw new NotFusedException(
          String.format(Locale.ROOT, "layer %d has dilation=%s", at, Arrays.toString(dilation)));
    }
    try {
      return new Window(
          kernel[0],
          kernel[1],
          stride[0],
          stride[1],
          switch (mode) {
            case Same -> new Window.Same();
            case Truncate, Strict ->
                new Window.Fixed(padding[0], padding[0], padding[1], padding[1]);
            default ->
                throw new NotFusedException(
                    String.format(Locale.ROOT, "layer %d has convolutionMode=%s", at, mode));
          });
    } catch (IllegalArgumentException e) {
      throw new NotFusedException(String.format(Locale.ROOT, "layer %d: %s", at, e.getMessage()));
    }
  }
}
