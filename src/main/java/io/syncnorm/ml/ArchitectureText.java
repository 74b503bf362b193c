package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.layer.ConfiguredLayer;
import io.syncnorm.config.layer.Extent;
import io.syncnorm.config.layer.LayerList;
import io.syncnorm.config.layer.Padding;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Window;
import io.syncnorm.train.Blueprint;
import java.util.List;

/**
 * Writes the layers of a network as {@code model.layers} has them, with every setting that the
 * configuration leaves to other keys, and reads them. For models that are stored.
 */
final class ArchitectureText {
  private ArchitectureText() {}

  /**
   * The layers without the output layer.
   *
   * @throws IllegalArgumentException if the network has no layers, or one that is not configurable
   */
  static String of(Architecture architecture) {
    if (architecture.layers().isEmpty()) {
      throw new IllegalArgumentException("softmax regression has no list of layers");
    }
    return new LayerList(architecture.layers().stream().map(ArchitectureText::configured).toList())
        .text();
  }

  /**
   * The network of a text that {@link #of} has written.
   *
   * @throws io.syncnorm.config.ConfigException if it is not a list of layers
   * @throws io.syncnorm.train.PlanException if the layers do not fit together
   */
  static Architecture read(String text, Dimensions input, int classes) {
    Configuration configuration =
        Configuration.defaults()
            .with(Keys.LAYERS, Keys.LAYERS.parse(text, "layers of a model"))
            .with(Keys.IMAGE, List.of(input.height(), input.width(), input.channels()))
            .with(Keys.CLASSES, classes);
    return Blueprint.architecture(configuration, input.size());
  }

  private static ConfiguredLayer configured(Layer layer) {
    if (layer instanceof Layer.Dense dense) {
      return new ConfiguredLayer.Dense(dense.width(), bias(dense.bias()));
    }
    if (layer instanceof Layer.Convolution convolution) {
      Window window = convolution.window();
      return new ConfiguredLayer.Convolution(
          convolution.width(),
          size(window),
          stride(window),
          padding(window),
          bias(convolution.bias()));
    }
    if (layer instanceof Layer.MaxPooling pooling) {
      return pooling(ConfiguredLayer.Pooling.Statistic.MAX, pooling.window());
    }
    if (layer instanceof Layer.AveragePooling pooling
        && pooling.divisor() == Layer.AveragePooling.Divisor.PIXELS_OF_IMAGE) {
      return pooling(ConfiguredLayer.Pooling.Statistic.AVERAGE, pooling.window());
    }
    if (layer instanceof Layer.BatchNormalization batchNorm) {
      return new ConfiguredLayer.BatchNorm(batchNorm.momentum(), batchNorm.epsilon());
    }
    if (layer instanceof Layer.Activated activated) {
      return new ConfiguredLayer.Activated(
          ConfiguredLayer.Activated.Curve.valueOf(activated.activation().name()),
          activated.alpha());
    }
    if (layer instanceof Layer.Dropout dropout) {
      return new ConfiguredLayer.Dropout(dropout.rate());
    }
    return plain(layer);
  }

  private static ConfiguredLayer plain(Layer layer) {
    if (layer instanceof Layer.Flatten) {
      return ConfiguredLayer.Plain.FLATTEN;
    }
    if (layer instanceof Layer.GlobalAveragePooling) {
      return ConfiguredLayer.Plain.GLOBAL_AVERAGE_POOL;
    }
    if (layer instanceof Layer.ChannelsLast) {
      return ConfiguredLayer.Plain.CHANNELS_LAST;
    }
    throw new IllegalArgumentException("model.layers has no such layer: " + layer);
  }

  private static ConfiguredLayer pooling(
      ConfiguredLayer.Pooling.Statistic function, Window window) {
    return new ConfiguredLayer.Pooling(function, size(window), stride(window), padding(window));
  }

  private static Extent size(Window window) {
    return new Extent(window.height(), window.width());
  }

  private static Extent stride(Window window) {
    return new Extent(window.strideY(), window.strideX());
  }

  private static Padding padding(Window window) {
    return window.padding() instanceof Window.Fixed fixed
        ? new Padding.Fixed(fixed.top(), fixed.bottom(), fixed.left(), fixed.right())
        : Padding.SAME;
  }

  private static ConfiguredLayer.Bias bias(Layer.Bias bias) {
    return bias == Layer.Bias.TRAINED ? ConfiguredLayer.Bias.TRUE : ConfiguredLayer.Bias.FALSE;
  }
}
