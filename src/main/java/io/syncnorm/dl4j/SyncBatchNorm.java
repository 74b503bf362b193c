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
 * Converts any DL4J network to synchronized batch normalization, and back.
 *
 * <p>{@code convert} replaces every {@code BatchNormalization}, including those in wrappers and
 * vertices, with {@link SyncBatchNormalization}. {@code revert} returns a plain network that loads
 * without SyncNorm. The given network or configuration is not changed. The result keeps parameters,
 * running statistics, updater state and counts of iterations and epochs, because both layers store
 * them in the same way. Listeners are not copied. Each of these methods
 *
 * <ul>
 *   <li>uses DL4J's own batch normalization in frozen layers, which synchronize nothing;
 *   <li>throws an {@link IllegalArgumentException} that names the layer, if batch normalization is
 *       contained in a custom layer or vertex, or is a subclass of DL4J's.
 * </ul>
 */
public final class SyncBatchNorm {
  private SyncBatchNorm() {}

  /** Returns a copy of the configuration with every batch normalization synchronized. */
  public static MultiLayerConfiguration convert(MultiLayerConfiguration configuration) {
    return apply(LayerConversion.TO_SYNCHRONIZED, configuration);
  }

  /** Returns a copy of the configuration with every batch normalization synchronized. */
  public static ComputationGraphConfiguration convert(ComputationGraphConfiguration configuration) {
    return apply(LayerConversion.TO_SYNCHRONIZED, configuration);
  }

  /** Returns a copy of the network with every batch normalization synchronized. */
  public static MultiLayerNetwork convert(MultiLayerNetwork network) {
    return apply(LayerConversion.TO_SYNCHRONIZED, network);
  }

  /** Returns a copy of the network with every batch normalization synchronized. */
  public static ComputationGraph convert(ComputationGraph network) {
    return apply(LayerConversion.TO_SYNCHRONIZED, network);
  }

  /** Returns a copy of the configuration with only DL4J's own batch normalization. */
  public static MultiLayerConfiguration revert(MultiLayerConfiguration configuration) {
    return apply(LayerConversion.TO_PLAIN, configuration);
  }

  /** Returns a copy of the configuration with only DL4J's own batch normalization. */
  public static ComputationGraphConfiguration revert(ComputationGraphConfiguration configuration) {
    return apply(LayerConversion.TO_PLAIN, configuration);
  }

  /** Returns a copy of the network with only DL4J's own batch normalization. */
  public static MultiLayerNetwork revert(MultiLayerNetwork network) {
    return apply(LayerConversion.TO_PLAIN, network);
  }

  /** Returns a copy of the network with only DL4J's own batch normalization. */
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
    // DL4J's clone omits these; they fix the order of the parameters.
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
