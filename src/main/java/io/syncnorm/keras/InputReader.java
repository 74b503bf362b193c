package io.syncnorm.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncnorm.nn.Dimensions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The shape of a model's inputs.
 *
 * @param sizes without that of the batch, in Keras' order
 * @param isChannelsFirst whether images are in the order channels, height, width
 */
record InputReader(List<Integer> sizes, boolean isChannelsFirst) {
  private static final List<String> SETTINGS =
      List.of("batch_shape", "batch_input_shape", "build_input_shape");

  /**
   * Reads the shape from the input layer, the first layer, or what the model was built with.
   *
   * @throws IOException if no part of the model has it
   */
  static InputReader of(List<LayerConfig> layers, JsonNode model) throws IOException {
    JsonNode first = layers.get(0).node();
    List<JsonNode> candidates = new ArrayList<>();
    SETTINGS.forEach(name -> candidates.add(first.path("config").path(name)));
    candidates.add(first.path("build_config").path("input_shape"));
    SETTINGS.forEach(name -> candidates.add(model.path("config").path(name)));
    JsonNode shape =
        candidates.stream()
            .filter(JsonNode::isArray)
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        "it does not tell the shape of its inputs: begin it with keras.Input(shape) and save it again"));
    List<Integer> sizes = new ArrayList<>();
    for (int i = 1; i < shape.size(); i++) {
      sizes.add(shape.get(i).asInt());
    }
    if (sizes.isEmpty() || sizes.size() > 3 || sizes.stream().anyMatch(size -> size < 1)) {
      throw new IOException(
          "its inputs have shape %s: expected one to three known sizes after the first, as in keras.Input((28, 28, 1))"
              .formatted(shape));
    }
    boolean isFirst =
        layers.stream().anyMatch(layer -> layer.text("data_format", "").equals("channels_first"));
    return new InputReader(List.copyOf(sizes), isFirst && sizes.size() == 3);
  }

  Dimensions dimensions() {
    return switch (sizes.size()) {
      case 1 -> Dimensions.vector(sizes.get(0));
      case 2 -> new Dimensions(sizes.get(0), sizes.get(1), 1);
      default ->
          isChannelsFirst
              ? new Dimensions(sizes.get(1), sizes.get(2), sizes.get(0))
              : new Dimensions(sizes.get(0), sizes.get(1), sizes.get(2));
    };
  }
}
