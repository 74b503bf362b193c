package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.layer.ConfiguredLayer;
import io.syncnorm.config.layer.Extent;
import io.syncnorm.config.layer.LayerList;
import io.syncnorm.config.layer.Padding;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The network of {@code model.layers}. */
final class ConfiguredLayers {
  private final Configuration configuration;
  private final List<ConfiguredLayer> written;
  private final boolean isNormalized;

  private ConfiguredLayers(Configuration configuration) {
    this.configuration = configuration;
    this.written = configuration.get(Keys.LAYERS).layers();
    this.isNormalized = configuration.get(Keys.BATCH_NORM_ENABLED);
  }

  /**
   * The network whose layers are configured.
   *
   * @param inputs values of a row
   * @throws PlanException if a layer cannot take the outputs of the one before it; the message
   *     names it by its place in the configured list
   */
  static Architecture architecture(Configuration configuration, int inputs) {
    return new ConfiguredLayers(configuration).architecture(input(configuration, inputs));
  }

  /**
   * Values of a row as the network takes it.
   *
   * @param values of a row in a mini-batch, fewer if it is sparse
   */
  static int rowLength(Configuration configuration, int values) {
    List<Integer> image = configuration.get(Keys.IMAGE);
    return configuration.get(Keys.LAYERS).isConfigured() && !image.equals(Keys.AUTO_IMAGE)
        ? Math.toIntExact(
            image.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact))
        : values;
  }

  private static Dimensions input(Configuration configuration, int inputs) {
    List<Integer> image = configuration.get(Keys.IMAGE);
    if (!image.equals(Keys.AUTO_IMAGE)) {
      return image(image, inputs);
    }
    LayerList layers = configuration.get(Keys.LAYERS);
    if (layers.needsImages()) {
      throw new PlanException(
          String.format(
              Locale.ROOT,
              "model.layers has layers for images, but rows are vectors: expected images, found"
                  + " features=%d; set model.image = [height, width, channels]",
              inputs));
    }
    return Dimensions.vector(inputs);
  }

  private static Dimensions image(List<Integer> sizes, int inputs) {
    double size = sizes.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
    if (size != inputs) {
      throw new PlanException(
          String.format(
              Locale.ROOT,
              "model.image does not fit the rows: expected height * width * channels = %d features,"
                  + " found %d * %d * %d = %.0f",
              inputs,
              sizes.get(0),
              sizes.get(1),
              sizes.get(2),
              size));
    }
    return new Dimensions(sizes.get(0), sizes.get(1), sizes.get(2));
  }

  private Architecture architecture(Dimensions input) {
    List<Layer> layers = new ArrayList<>();
    Dimensions before = input;
    for (int i = 0; i < written.size(); i++) {
      if (isDropped(written.get(i))) {
        continue;
      }
      Layer layer = layer(i);
      if (i > 0 && layer instanceof Layer.ChannelsLast) {
        throw refused(i, before, "only the first layer can turn the rows");
      }
      try {
        before = layer.output(before);
      } catch (IllegalArgumentException e) {
        throw refused(i, before, e.getMessage());
      }
      layers.add(layer);
    }
    return new Architecture(input, layers, configuration.classes());
  }

  private boolean isDropped(ConfiguredLayer layer) {
    return !isNormalized && layer instanceof ConfiguredLayer.BatchNorm;
  }

  /** Names the layer by its place, with the dimensions of its input and where they come from. */
  private PlanException refused(int layer, Dimensions input, String reason) {
    return new PlanException(
        String.format(
            Locale.ROOT,
            "layer %d of the network, %s, cannot take %s, %s: %s",
            layer + 1,
            written.get(layer).text(),
            input,
            layer == 0
                ? "a row"
                : String.format(
                    Locale.ROOT,
                    "the output of layer %d, %s",
                    layer,
                    written.get(layer - 1).text()),
            reason));
  }

  private Layer layer(int place) {
    ConfiguredLayer layer = written.get(place);
    if (layer instanceof ConfiguredLayer.Weighted weighted) {
      return weighted(weighted, bias(weighted.bias(), place));
    }
    if (layer instanceof ConfiguredLayer.Pooling pooling) {
      return switch (pooling.function()) {
        case MAX -> new Layer.MaxPooling(window(pooling));
        case AVERAGE ->
            new Layer.AveragePooling(window(pooling), Layer.AveragePooling.Divisor.PIXELS_OF_IMAGE);
      };
    }
    if (layer instanceof ConfiguredLayer.BatchNorm batchNorm) {
      return new Layer.BatchNormalization(
          batchNorm.momentumOr(configuration.get(Keys.BATCH_NORM_MOMENTUM)),
          batchNorm.epsilonOr(configuration.get(Keys.BATCH_NORM_EPSILON)));
    }
    if (layer instanceof ConfiguredLayer.Activated activated) {
      return new Layer.Activated(
          Activation.valueOf(activated.function().name()), activated.alpha());
    }
    if (layer instanceof ConfiguredLayer.Dropout dropout) {
      return new Layer.Dropout(dropout.rate());
    }
    return switch ((ConfiguredLayer.Plain) layer) {
      case FLATTEN -> new Layer.Flatten();
      case GLOBAL_AVERAGE_POOL -> new Layer.GlobalAveragePooling();
      case CHANNELS_LAST -> new Layer.ChannelsLast();
    };
  }

  private static Layer weighted(ConfiguredLayer.Weighted layer, Layer.Bias bias) {
    if (layer instanceof ConfiguredLayer.Dense dense) {
      return new Layer.Dense(dense.units(), bias);
    }
    ConfiguredLayer.Convolution convolution = (ConfiguredLayer.Convolution) layer;
    return new Layer.Convolution(convolution.filters(), window(convolution), bias);
  }

  /** Whether the layer at a place has a bias: normalization directly after it would cancel it. */
  private Layer.Bias bias(ConfiguredLayer.Bias bias, int place) {
    boolean isNormalizedNext =
        isNormalized
            && place + 1 < written.size()
            && written.get(place + 1) instanceof ConfiguredLayer.BatchNorm;
    return switch (bias) {
      case TRUE -> Layer.Bias.TRAINED;
      case FALSE -> Layer.Bias.NONE;
      case AUTO -> isNormalizedNext ? Layer.Bias.NONE : Layer.Bias.TRAINED;
    };
  }

  private static Window window(ConfiguredLayer.Windowed layer) {
    Extent size = layer.window();
    Extent stride = layer.stride();
    return new Window(
        size.height(), size.width(), stride.height(), stride.width(), padding(layer.padding()));
  }

  private static Window.Padding padding(Padding padding) {
    return padding instanceof Padding.Fixed fixed
        ? new Window.Fixed(fixed.top(), fixed.bottom(), fixed.left(), fixed.right())
        : new Window.Same();
  }
}
