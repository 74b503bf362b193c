package io.syncnorm.dl4j.layer;

import io.syncnorm.nn.RankReduction;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The synchronized layers of a network in the order of the forward pass. A layer's index is its
 * number in every exchange.
 *
 * @param layers in forward order
 * @param firstBackward index of the layer at which the backward pass ends: DL4J stops at the last
 *     frozen layer of a {@code MultiLayerNetwork}
 */
public record SynchronizedLayers(List<SyncBatchNormalizationLayer> layers, int firstBackward) {

  public SynchronizedLayers {
    layers = List.copyOf(layers);
  }

  /**
   * Finds the synchronized layers of a network.
   *
   * @throws IllegalArgumentException if the network is not initialized
   */
  public static SynchronizedLayers of(MultiLayerNetwork network) {
    check(network.isInitCalled());
    List<SyncBatchNormalizationLayer> found = new ArrayList<>();
    int firstBackward = 0;
    for (Layer layer : network.getLayers()) {
      add(layer, found);
      if (layer instanceof FrozenLayer) {
        firstBackward = found.size();
      }
    }
    return new SynchronizedLayers(found, firstBackward);
  }

  /**
   * Finds the synchronized layers of a graph, in topological order.
   *
   * @throws IllegalArgumentException if the graph is not initialized
   */
  public static SynchronizedLayers of(ComputationGraph graph) {
    check(graph.getVertices() != null);
    List<SyncBatchNormalizationLayer> found = new ArrayList<>();
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (vertex.hasLayer() && !(vertex instanceof FrozenVertex)) {
        add(vertex.getLayer(), found);
      }
    }
    return new SynchronizedLayers(found, 0);
  }

  public void synchronize(RankReduction reduction) {
    for (int place = 0; place < layers.size(); place++) {
      layers.get(place).synchronize(place, reduction);
    }
  }

  /** Makes all exchanges of a training step without rows, and updates the running statistics. */
  public void stepWithoutRows() {
    exchangeWithoutRows();
    layers
        .subList(firstBackward, layers.size())
        .forEach(SyncBatchNormalizationLayer::moveWithoutRows);
  }

  /** Makes all exchanges of a training step in order, without rows. */
  void exchangeWithoutRows() {
    for (SyncBatchNormalizationLayer layer : layers) {
      layer.forwardWithoutRows();
    }
    for (int place = layers.size() - 1; place >= firstBackward; place--) {
      layers.get(place).backwardWithoutRows();
    }
  }

  /** Returns a hash of all running statistics that must be equal on all ranks. */
  int statisticsHash() {
    return layers.stream()
        .mapToInt(SyncBatchNormalizationLayer::statisticsHash)
        .reduce(1, (hash, next) -> 31 * hash + next);
  }

  /** Returns the indices of the running statistics in the network's flat parameters. */
  int[] statisticsAt(INDArray flat) {
    return layers.stream().flatMapToInt(layer -> layer.statisticsAt(flat)).toArray();
  }

  private static void add(Layer layer, List<SyncBatchNormalizationLayer> found) {
    if (layer instanceof SyncBatchNormalizationLayer synced) {
      found.add(synced);
    } else if (layer instanceof BaseWrapperLayer wrapper
        && !(layer instanceof FrozenLayer)
        && !(layer instanceof FrozenLayerWithBackprop)) {
      add(wrapper.getUnderlying(), found);
    }
  }

  private static void check(boolean initialized) {
    if (!initialized) {
      throw new IllegalArgumentException(
          "expected an initialized network, found initialized=false; call init() first");
    }
  }
}
