package io.syncnorm.dl4j.file;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer.Activated;
import io.syncnorm.nn.Layer.AveragePooling;
import io.syncnorm.nn.Layer.Bias;
import io.syncnorm.nn.Layer.ChannelsLast;
import io.syncnorm.nn.Layer.Convolution;
import io.syncnorm.nn.Layer.Dense;
import io.syncnorm.nn.Layer.Dropout;
import io.syncnorm.nn.Layer.Flatten;
import io.syncnorm.nn.Layer.GlobalAveragePooling;
import io.syncnorm.nn.Layer.MaxPooling;
import io.syncnorm.nn.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The DL4J layers of an architecture, for flat rows in the order that it takes them:
 *
 * <pre>
 * images of one channel, and channels first   NCHW behind FeedForwardToCnnPreProcessor
 * images of several channels, channels last   NHWC behind ReshapePreprocessor
 * </pre>
 *
 * <p>DL4J's {@code FeedForwardToCnnPreProcessor} takes channels first only. Arrays of four
 * dimensions in the network's format are taken, too.
 */
final class FusedLayers {
  private final List<Dimensions> dimensions;
  private final CNN2DFormat format;
  private final List<Layer> layers = new ArrayList<>();
  private final Map<Integer, InputPreProcessor> preprocessors = new HashMap<>();
  private boolean isImage;

  FusedLayers(Architecture architecture) {
    this.dimensions = architecture.dimensions();
    List<io.syncnorm.nn.Layer> hidden = architecture.layers();
    Dimensions input = architecture.input();
    boolean isChannelsFirst = !hidden.isEmpty() && hidden.get(0) instanceof ChannelsLast;
    this.format = isChannelsFirst || input.channels() == 1 ? CNN2DFormat.NCHW : CNN2DFormat.NHWC;
    this.isImage = takesImages(hidden, input);
    if (isImage) {
      preprocessors.put(0, image(input));
    }
    for (int i = 0; i < hidden.size(); i++) {
      add(hidden.get(i), dimensions.get(i));
    }
    flatten(dimensions.get(hidden.size()));
    layers.add(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(dimensions.get(hidden.size()).size())
            .nOut(architecture.classes())
            .activation(new ActivationSoftmax())
            .build());
  }

  List<Layer> layers() {
    return layers;
  }

  /** The input preprocessors, by layer. */
  Map<Integer, InputPreProcessor> preprocessors() {
    return preprocessors;
  }

  /** Images that are flattened at once are vectors for DL4J. */
  private static boolean takesImages(List<io.syncnorm.nn.Layer> hidden, Dimensions input) {
    for (io.syncnorm.nn.Layer layer : hidden) {
      if (layer instanceof Dense || layer instanceof Flatten) {
        return false;
      }
      boolean isWindow =
          layer instanceof Convolution
              || layer instanceof MaxPooling
              || layer instanceof AveragePooling
              || layer instanceof GlobalAveragePooling;
      if (isWindow
          || (layer instanceof io.syncnorm.nn.Layer.BatchNormalization && input.positions() > 1)) {
        return true;
      }
    }
    return false;
  }

  private InputPreProcessor image(Dimensions input) {
    if (format == CNN2DFormat.NCHW) {
      return new FeedForwardToCnnPreProcessor(input.height(), input.width(), input.channels());
    }
    return new ReshapePreprocessor(
        new long[] {input.size()},
        new long[] {input.height(), input.width(), input.channels()},
        false,
        format);
  }

  private void add(io.syncnorm.nn.Layer layer, Dimensions input) {
    if (layer instanceof ChannelsLast) {
      return;
    }
    if (layer instanceof Flatten) {
      flatten(input);
      return;
    }
    if (layer instanceof Dense dense) {
      flatten(input);
      layers.add(
          new DenseLayer.Builder()
              .nIn(input.size())
              .nOut(dense.width())
              .hasBias(dense.bias() == Bias.TRAINED)
              .activation(new ActivationIdentity())
              .build());
    } else if (layer instanceof Convolution convolution) {
      layers.add(convolution(convolution, pad(convolution.window()), input));
    } else if (layer instanceof io.syncnorm.nn.Layer.BatchNormalization batchNorm) {
      layers.add(
          new BatchNormalization.Builder()
              .nIn(input.channels())
              .nOut(input.channels())
              .decay(batchNorm.momentum())
              .eps(batchNorm.epsilon())
              .useLogStd(false)
              .dataFormat(isImage ? format : CNN2DFormat.NCHW)
              .build());
    } else if (layer instanceof Activated activated) {
      layers.add(new ActivationLayer.Builder().activation(activation(activated)).build());
    } else if (layer instanceof Dropout dropout) {
      layers.add(new DropoutLayer.Builder(1 - dropout.rate()).build());
    } else if (layer instanceof MaxPooling pooling) {
      layers.add(pooling(PoolingType.MAX, likeSame(pooling.window(), input), false));
    } else if (layer instanceof AveragePooling pooling) {
      boolean isOfWindow = pooling.divisor() == AveragePooling.Divisor.WINDOW;
      Window window = isOfWindow ? pad(pooling.window()) : likeSame(pooling.window(), input);
      layers.add(pooling(PoolingType.AVG, window, isOfWindow));
    } else if (layer instanceof GlobalAveragePooling) {
      layers.add(
          new GlobalPoolingLayer.Builder(PoolingType.AVG)
              .poolingDimensions(format == CNN2DFormat.NCHW ? new int[] {2, 3} : new int[] {1, 2})
              .build());
      isImage = false;
    } else {
      throw new IllegalArgumentException("no DL4J layer: " + layer);
    }
  }

  /** Lets the next layer flatten its inputs, if they are images. */
  private void flatten(Dimensions image) {
    if (isImage) {
      preprocessors.put(
          layers.size(),
          new CnnToFeedForwardPreProcessor(
              image.height(), image.width(), image.channels(), format));
      isImage = false;
    }
  }

  /**
   * Adds the zeros around an image as a layer, if its sides differ: DL4J's windows have the same
   * padding on opposite sides. For layers that compute with these zeros.
   *
   * @return the window over what that layer puts out
   */
  private Window pad(Window window) {
    if (!isUnequal(window)) {
      return window;
    }
    Window.Fixed fixed = (Window.Fixed) window.padding();
    layers.add(
        new ZeroPaddingLayer.Builder(fixed.top(), fixed.bottom(), fixed.left(), fixed.right())
            .dataFormat(format)
            .build());
    return window.with(Window.Fixed.VALID);
  }

  /** Returns a window whose sides differ as "same", if that is its padding of this image. */
  private static Window likeSame(Window window, Dimensions input) {
    Window same = window.with(new Window.Same());
    return isUnequal(window) && same.padding(input).equals(window.padding()) ? same : window;
  }

  private static boolean isUnequal(Window window) {
    return window.padding() instanceof Window.Fixed fixed
        && (fixed.top() != fixed.bottom() || fixed.left() != fixed.right());
  }

  private Layer convolution(Convolution layer, Window window, Dimensions input) {
    return new ConvolutionLayer.Builder(window.height(), window.width())
        .stride(window.strideY(), window.strideX())
        .convolutionMode(mode(window))
        .padding(padding(window))
        .nIn(input.channels())
        .nOut(layer.width())
        .hasBias(layer.bias() == Bias.TRAINED)
        .activation(new ActivationIdentity())
        .dataFormat(format)
        .build();
  }

  private Layer pooling(PoolingType type, Window window, boolean divideByWindow) {
    return new SubsamplingLayer.Builder(type)
        .kernelSize(window.height(), window.width())
        .stride(window.strideY(), window.strideX())
        .convolutionMode(mode(window))
        .padding(padding(window))
        .avgPoolIncludePadInDivisor(divideByWindow)
        .dataFormat(format)
        .build();
  }

  private static ConvolutionMode mode(Window window) {
    return window.padding() instanceof Window.Same
        ? ConvolutionMode.Same
        : ConvolutionMode.Truncate;
  }

  private static int[] padding(Window window) {
    if (!(window.padding() instanceof Window.Fixed fixed)) {
      return new int[] {0, 0};
    }
    if (isUnequal(window)) {
      throw new IllegalArgumentException(
          "DL4J pools with the same padding on opposite sides: expected top=bottom and left=right,"
              + " or padding=same, found "
              + fixed);
    }
    return new int[] {fixed.top(), fixed.left()};
  }

  private static IActivation activation(Activated layer) {
    return switch (layer.activation()) {
      case IDENTITY -> new ActivationIdentity();
      case RELU -> new ActivationReLU();
      case TANH -> new ActivationTanH();
      case SIGMOID -> new ActivationSigmoid();
      case LEAKY_RELU -> new ActivationLReLU(layer.alpha());
      case ELU -> new ActivationELU(layer.alpha());
    };
  }
}
