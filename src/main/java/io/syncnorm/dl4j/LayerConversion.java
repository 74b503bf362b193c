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
 * Exchanges every batch normalization of one class in a configuration for the other class.
 *
 * <p>Frozen layers normalize with running statistics and reach no other rank: in them batch
 * normalization is always DL4J's own.
 */
enum LayerConversion {
  /** DL4J's own becomes synchronized. */
  TO_SYNCHRONIZED(BatchNormalization.class, SyncBatchNormalization.class),
  /** Synchronized becomes DL4J's own. */
  TO_PLAIN(SyncBatchNormalization.class, BatchNormalization.class);

  private final Class<? extends BatchNormalization> from;
  private final Class<? extends BatchNormalization> to;

  LayerConversion(
      Class<? extends BatchNormalization> from, Class<? extends BatchNormalization> to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Converts a layer and what it wraps; the layer given may be changed.
   *
   * @param where names the layer in an error
   * @throws IllegalArgumentException if it holds batch normalization that cannot be exchanged
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

  /** Converts the layer of a vertex; the vertex given may be changed. */
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
          "%s cannot be converted: expected %s, alone or in a wrapper that shows it, found %s=%s that %s; take it out, or write the layer with %s itself"
              .formatted(
                  where,
                  from.getSimpleName(),
                  found instanceof GraphVertex ? "vertex" : "layer",
                  found.getClass().getName(),
                  found instanceof BatchNormalization ? "derives from it" : "hides one",
                  to.getSimpleName()));
    }
  }
}
