package io.syncnorm.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One layer in the configuration of a model.
 *
 * @param number from 1, without the input layer
 * @param group of an archive that holds its variables
 */
record LayerConfig(int number, String name, String type, String group, JsonNode node) {
  /** Reads the layers of a Sequential model, the input layer included. */
  static List<LayerConfig> of(JsonNode layers) {
    List<LayerConfig> all = new ArrayList<>();
    Map<String, Integer> used = new HashMap<>();
    int number = 0;
    for (JsonNode node : layers) {
      String type = node.path("class_name").asText();
      boolean isInput = type.equals("InputLayer");
      String group = snakeCase(type);
      if (!isInput) { // Keras does not count it among the layers of a model
        number++;
        int before = used.merge(group, 1, Integer::sum) - 1;
        group = before == 0 ? group : group + "_" + before;
      }
      String name = node.path("config").path("name").asText(group);
      all.add(new LayerConfig(isInput ? 0 : number, name, type, group, node));
    }
    return all;
  }

  /** As Keras makes names of classes. */
  static String snakeCase(String type) {
    return type.replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  /** Whether a user's class has the name of one of Keras' own. */
  boolean isCustom() {
    return node.path("registered_name").asText("").contains(">")
        || !node.path("module").asText("keras").startsWith("keras");
  }

  JsonNode setting(String setting) {
    return node.path("config").path(setting);
  }

  boolean isSet(String setting) {
    JsonNode value = setting(setting);
    return !value.isMissingNode() && !value.isNull();
  }

  boolean flag(String setting, boolean otherwise) {
    return setting(setting).asBoolean(otherwise);
  }

  double number(String setting, double otherwise) {
    return setting(setting).asDouble(otherwise);
  }

  String text(String setting, String otherwise) {
    return setting(setting).asText(otherwise);
  }

  /** A setting with a size for each of two dimensions, or one for both; empty if it is neither. */
  Optional<int[]> pair(String setting) {
    JsonNode value = setting(setting);
    if (value.isInt()) {
      return Optional.of(new int[] {value.asInt(), value.asInt()});
    }
    return value.size() == 2 && value.get(0).isInt() && value.get(1).isInt()
        ? Optional.of(new int[] {value.get(0).asInt(), value.get(1).asInt()})
        : Optional.empty();
  }

  /** The name of a class or function that a setting names or describes. */
  static String nameOf(JsonNode value) {
    if (value.isTextual()) {
      return value.asText();
    }
    JsonNode config = value.path("config");
    return config.isTextual() ? config.asText() : value.path("class_name").asText();
  }

  /** The layer for messages: {@code layer 2 dense_1 (Dense)}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "layer %d %s (%s)", number, name, type);
  }
}
