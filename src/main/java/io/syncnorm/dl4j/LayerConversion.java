package io.syncnorm.dl4j;

import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;

/**
 * Replaces every batch normalization layer of one class in a configuration with the other class.
 *
 * <p>Frozen layers normalize with running statistics and need no other rank, so batch normalization
 * in them is always DL4J's own.
 */
enum LayerConversion {
  /** Replaces DL4J's own layer with the synchronized one. */
  TO_SYNCHRONIZED(BatchNormalization.class, SyncBatchNormalization.class),
  /** Replaces the synchronized layer with DL4J's own. */
  TO_PLAIN(SyncBatchNormalization.class, BatchNormalization.class);

  private final Class<? extends BatchNormalization> from;
  private final Class<? extends BatchNormalization> to;

  LayerConversion(
      Class<? extends BatchNormalization> from, Class<? extends BatchNormalization> to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Converts a layer and the layers that it wraps; may change the given layer.
   *
   * @param where name of the layer in error messages
   * @throws IllegalArgumentException if it holds batch normalization that cannot be replaced
   */
  Layer layer(Layer layer, String where) {
    if (layer instanceof FrozenLayer frozen) {
      return frozen(frozen, where);
    }
    if (layer instanceof FrozenLayerWithBackprop frozen) {
      frozen.setUnderlying(TO_PLAIN.layer(frozen.getUnderlying(), where));
      return frozen;
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      wrapper.setUnderlying(layer(wrapper.getUnderlying(), where));
      return checked(wrapper, where);
    }
    if (layer.getClass() == from) {
      return LayerCopy.as(to, (BatchNormalization) layer);
    }
    return layer.getClass() == to ? layer : checked(layer, where);
  }

  /** Converts the layer of a vertex; may change the given vertex. */
  GraphVertex vertex(GraphVertex vertex, String name) {
    String where = "vertex \"%s\"".formatted(name);
    if (vertex instanceof LayerVertex layerVertex) {
      Layer layer = layerVertex.getLayerConf().getLayer();
      layerVertex.getLayerConf().setLayer(layer(layer, where));
      return vertex;
    }
    if (vertex instanceof FrozenVertex frozen) {
      frozen.setUnderlying(TO_PLAIN.vertex(frozen.getUnderlying(), name));
      return frozen;
    }
    refuse(LayerCopy.holds(from, vertex, where), vertex, where);
    return vertex;
  }

  private static Layer frozen(FrozenLayer frozen, String where) {
    FrozenLayer plain = new FrozenLayer(TO_PLAIN.layer(frozen.getLayer(), where));
    plain.setIDropout(frozen.getIDropout());
    plain.setConstraints(frozen.getConstraints());
    plain.setLayerName(frozen.getLayerName());
    return plain;
  }

  private Layer checked(Layer layer, String where) {
    boolean subclass = layer instanceof BatchNormalization;
    refuse(subclass || LayerCopy.holds(from, layer, where), layer, where);
    return layer;
  }

  private void refuse(boolean refused, Object found, String where) {
    if (refused) {
      throw new IllegalArgumentException(
          "%s cannot be converted: expected %s, alone or in one of DL4J's wrapper layers, found %s=%s that %s; remove it, or build the layer with %s"
              .formatted(
                  where,
                  from.getSimpleName(),
                  found instanceof GraphVertex ? "vertex" : "layer",
                  found.getClass().getName(),
                  found instanceof BatchNormalization ? "is a subclass of it" : "contains it",
                  to.getSimpleName()));
    }
  }
}
