package io.syncnorm.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Layer.Activated;
import java.util.Optional;

/** Activations, as layers and as settings of layers. */
final class ActivationReader {
  static final String SOFTMAX = "softmax";

  /** Slope of Keras' function; its layer has another default. */
  private static final double FUNCTION_SLOPE = 0.2;

  private static final double LAYER_SLOPE = 0.3;

  private ActivationReader() {}

  /** The name of the function in a layer's setting {@code activation}. */
  static String name(LayerConfig layer) {
    JsonNode value = layer.setting("activation");
    return layer.isSet("activation") ? LayerConfig.snakeCase(LayerConfig.nameOf(value)) : "linear";
  }

  /**
   * Returns the activation in a layer's setting {@code activation}; empty if it is linear.
   *
   * @throws IllegalArgumentException if it is not supported
   */
  static Optional<Activated> ofSetting(LayerConfig layer) {
    return Optional.ofNullable(
        switch (name(layer)) {
          case "linear" -> null;
          case "relu", "re_lu" -> new Activated(Activation.RELU);
          case "tanh" -> new Activated(Activation.TANH);
          case "sigmoid" -> new Activated(Activation.SIGMOID);
          case "elu" -> new Activated(Activation.ELU, 1);
          case "leaky_relu" -> new Activated(Activation.LEAKY_RELU, FUNCTION_SLOPE);
          default ->
              throw new IllegalArgumentException(
                  "activation=%s is not supported: expected one of linear, relu, leaky_relu, elu, tanh, sigmoid, or softmax at the end"
                      .formatted(name(layer)));
        });
  }

  static Activated relu(LayerConfig layer) {
    double slope = layer.number("negative_slope", 0);
    if (layer.isSet("max_value") || layer.number("threshold", 0) != 0) {
      throw new IllegalArgumentException(
          "max_value=%s and threshold=%s are not supported"
              .formatted(layer.setting("max_value"), layer.setting("threshold")));
    }
    return slope == 0 ? new Activated(Activation.RELU) : leaky(slope);
  }

  /** Keras 2 has the slope as {@code alpha}. */
  static Activated leakyRelu(LayerConfig layer) {
    return leaky(layer.number("negative_slope", layer.number("alpha", LAYER_SLOPE)));
  }

  private static Activated leaky(double slope) {
    if (!(slope >= 0)) {
      throw new IllegalArgumentException(
          "negative_slope=%s is not supported: expected 0 or more".formatted(slope));
    }
    return new Activated(Activation.LEAKY_RELU, slope);
  }

  /** DL4J, whose zips hold trained models, differentiates elu as if alpha were 1. */
  static Activated elu(LayerConfig layer) {
    double alpha = layer.number("alpha", 1);
    if (alpha != 1) {
      throw new IllegalArgumentException("alpha=%s is not supported: expected 1".formatted(alpha));
    }
    return new Activated(Activation.ELU, 1);
  }
}
