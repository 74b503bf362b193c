package io.syncnorm.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Layer configurations through their JSON: DL4J's constructors and fields are not open to
 * subclasses, and what JSON holds is by definition all that a stored configuration knows.
 */
final class LayerCopy {
  private static final String CLASS = "@class";

  private LayerCopy() {}

  /** A layer with the same settings and another class. */
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
   * Whether a layer or vertex configuration holds another layer of that very class, however deep.
   *
   * @param where names the layer in the error
   */
  static boolean holds(Class<?> type, Object configuration, String where) {
    try {
      String json = NeuralNetConfiguration.mapper().writeValueAsString(configuration);
      return json.contains('"' + type.getName() + '"');
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s cannot be written as JSON, so it can be neither searched nor stored: %s"
              .formatted(where, e.getOriginalMessage()),
          e);
    }
  }
}
