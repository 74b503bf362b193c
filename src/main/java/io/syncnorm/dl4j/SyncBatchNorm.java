package io.syncnorm.dl4j;

import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes any DL4J network one with synchronized batch normalization, and back.
 *
 * <p>{@code convert} exchanges every {@code BatchNormalization}, also in wrappers and in vertices,
 * for {@link SyncBatchNormalization}; {@code revert} gives a plain network that loads without our
 * code. What is given stays as it is. Networks keep their parameters, running statistics, updater
 * state and counts of iterations and epochs, because both kinds lay them out alike; listeners stay
 * with the network given. Each of these methods
 *
 * <ul>
 *   <li>leaves batch normalization in frozen layers, which synchronizes nothing, as DL4J's own;
 *   <li>throws an {@link IllegalArgumentException} that names the layer, where batch normalization
 *       is hidden in a layer or vertex of a class of its own, or is a subclass of DL4J's.
 * </ul>
 */
public final class SyncBatchNorm {
  private SyncBatchNorm() {}

  /** The configuration with every batch normalization synchronized. */
  public static MultiLayerConfiguration convert(MultiLayerConfiguration configuration) {
    return apply(LayerConversion.TO_SYNCHRONIZED, configuration);
  }

  /** The configuration with every batch normalization synchronized. */
  public static ComputationGraphConfiguration convert(ComputationGraphConfiguration configuration) {
    return apply(LayerConversion.TO_SYNCHRONIZED, configuration);
  }

  /** A copy of the network with every batch normalization synchronized. */
  public static MultiLayerNetwork convert(MultiLayerNetwork network) {
    return apply(LayerConversion.TO_SYNCHRONIZED, network);
  }

  /** A copy of the network with every batch normalization synchronized. */
  public static ComputationGraph convert(ComputationGraph network) {
    return apply(LayerConversion.TO_SYNCHRONIZED, network);
  }

  /** The configuration with DL4J's own batch normalization alone. */
  public static MultiLayerConfiguration revert(MultiLayerConfiguration configuration) {
    return apply(LayerConversion.TO_PLAIN, configuration);
  }

  /** The configuration with DL4J's own batch normalization alone. */
  public static ComputationGraphConfiguration revert(ComputationGraphConfiguration configuration) {
    return apply(LayerConversion.TO_PLAIN, configuration);
  }

  /** A copy of the network with DL4J's own batch normalization alone. */
  public static MultiLayerNetwork revert(MultiLayerNetwork network) {
    return apply(LayerConversion.TO_PLAIN, network);
  }

  /** A copy of the network with DL4J's own batch normalization alone. */
  public static ComputationGraph revert(ComputationGraph network) {
    return apply(LayerConversion.TO_PLAIN, network);
  }

  private static MultiLayerConfiguration apply(
      LayerConversion conversion, MultiLayerConfiguration configuration) {
    MultiLayerConfiguration converted = configuration.clone();
    for (int i = 0; i < converted.getConfs().size(); i++) {
      NeuralNetConfiguration layer = converted.getConf(i);
      String name = layer.getLayer().getLayerName();
      String where = "layer " + i + (name == null ? "" : " \"%s\"".formatted(name));
      layer.setLayer(conversion.layer(layer.getLayer(), where));
    }
    return converted;
  }

  private static ComputationGraphConfiguration apply(
      LayerConversion conversion, ComputationGraphConfiguration configuration) {
    ComputationGraphConfiguration converted = configuration.clone();
    // DL4J's clone forgets these; the order is that of the parameters.
    converted.setIterationCount(configuration.getIterationCount());
    converted.setEpochCount(configuration.getEpochCount());
    converted.setTopologicalOrder(configuration.getTopologicalOrder());
    converted.setTopologicalOrderStr(configuration.getTopologicalOrderStr());
    for (Map.Entry<String, GraphVertex> vertex : converted.getVertices().entrySet()) {
      vertex.setValue(conversion.vertex(vertex.getValue(), vertex.getKey()));
      if (configuration.getVertices().get(vertex.getKey()) instanceof LayerVertex original
          && vertex.getValue() instanceof LayerVertex copy) {
        copy.setOutputVertex(original.isOutputVertex());
      }
    }
    return converted;
  }

  private static MultiLayerNetwork apply(LayerConversion conversion, MultiLayerNetwork network) {
    MultiLayerNetwork converted =
        new MultiLayerNetwork(apply(conversion, network.getLayerWiseConfigurations()));
    converted.init(network.params(), true);
    if (network.getUpdater(false) != null) {
      INDArray state = network.getUpdater(false).getStateViewArray();
      if (state != null) {
        converted.getUpdater().setStateViewArray(converted, state, false);
      }
    }
    return converted;
  }

  private static ComputationGraph apply(LayerConversion conversion, ComputationGraph network) {
    ComputationGraph converted =
        new ComputationGraph(apply(conversion, network.getConfiguration()));
    converted.init(network.params(), true);
    if (network.getUpdater(false) != null) {
      INDArray state = network.getUpdater(false).getStateViewArray();
      if (state != null) {
        converted.getUpdater().setStateViewArray(state);
      }
    }
    return converted;
  }
}
