package io.syncnorm.dl4j.layer;

import java.util.Locale;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rejects networks whose ranks would not make the same exchanges, or whose vectors are too long to
 * be copied.
 */
public final class Synchronizable {
  private Synchronizable() {}

  /**
   * Requires a network that ranks can train together.
   *
   * @throws UnsupportedOperationException if a mini-batch is not one forward and one backward pass
   * @throws IllegalArgumentException if the parameters or the updater's state are too long
   */
  public static void require(TrainableNetwork network) {
    if (network instanceof TrainableNetwork.Chain chain) {
      MultiLayerConfiguration configuration = chain.network().getLayerWiseConfigurations();
      require(configuration.getBackpropType());
      configuration.getConfs().forEach(Synchronizable::require);
    } else if (network instanceof TrainableNetwork.Graph graph) {
      ComputationGraphConfiguration configuration = graph.network().getConfiguration();
      require(configuration.getBackpropType());
      require(configuration.getDefaultConfiguration());
    }
    requireCopyable(
        network.model().numParams(), network.updaterState().map(INDArray::length).orElse(0L));
  }

  static void requireCopyable(long parameters, long state) {
    if (Math.max(parameters, state) > ArrayValues.MAX_FLOATS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network is too large to be copied out of ND4J: expected at most %d values each, found parameters=%d and updater state=%d; make its layers narrower, or use an updater with less state",
              ArrayValues.MAX_FLOATS,
              parameters,
              state));
    }
  }

  private static void require(BackpropType type) {
    if (type == BackpropType.TruncatedBPTT) {
      throw new UnsupportedOperationException(
          "truncated back-propagation cannot be synchronized, because its number of passes depends on the length of each rank's sequences: expected backpropType=Standard, found TruncatedBPTT; use Standard, or DL4J's ParameterAveragingTrainingMaster, which does not synchronize");
    }
  }

  private static void require(NeuralNetConfiguration configuration) {
    OptimizationAlgorithm algorithm = configuration.getOptimizationAlgo();
    if (algorithm != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      throw new UnsupportedOperationException(
          "line searches cannot be synchronized, because their number of passes depends on each rank's rows: expected optimizationAlgo=STOCHASTIC_GRADIENT_DESCENT, found %s; use STOCHASTIC_GRADIENT_DESCENT with any updater, or DL4J's ParameterAveragingTrainingMaster, which does not synchronize"
              .formatted(algorithm));
    }
  }
}
