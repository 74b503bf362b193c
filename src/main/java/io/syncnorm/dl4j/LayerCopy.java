package io.syncnorm.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Copies layer configurations through their JSON. DL4J's constructors and fields are not accessible
 * to subclasses, and JSON holds by definition everything that a stored configuration contains.
 */
final class LayerCopy {
  private static final String CLASS = "@class";

  private LayerCopy() {}

  /** Returns a layer of another class with the settings of the given one. */
  static <T extends BatchNormalization> T as(Class<T> type, BatchNormalization layer) {
    ObjectMapper mapper = NeuralNetConfiguration.mapper();
    ObjectNode tree = mapper.valueToTree(layer);
    tree.put(CLASS, type.getName());
    try {
      return type.cast(mapper.treeToValue(tree, Layer.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the settings of layer \"%s\" cannot be read back from JSON: %s"
              .formatted(layer.getLayerName(), e.getOriginalMessage()),
          e);
    }
  }

  /**
   * Returns whether a layer or vertex configuration contains a layer of exactly this class, at any
   * depth.
   *
   * @param where name of the layer in error messages
   */
  static boolean holds(Class<?> type, Object configuration, String where) {
    try {
      String json = NeuralNetConfiguration.mapper().writeValueAsString(configuration);
      return json.contains('"' + type.getName() + '"');
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s cannot be written as JSON, which is needed to convert and to store it: %s"
              .formatted(where, e.getOriginalMessage()),
          e);
    }
  }
}
