package io.syncnorm.dl4j;

import io.syncnorm.nn.Blas;
import java.io.Serializable;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * A network as it travels to the ranks: its configuration with the counts of iterations and epochs,
 * and what it has learned. No off-heap array in it.
 */
sealed interface NetworkStart extends Serializable {
  NetworkVectors vectors();

  /** A network of the rank's own that goes on from here, every normalization synchronized. */
  TrainableNetwork open();

  /**
   * Takes a network apart; it stays as it is.
   *
   * @throws IllegalArgumentException if a layer cannot be synchronized
   */
  static NetworkStart of(TrainableNetwork network) {
    NetworkVectors vectors = network.vectors();
    if (network instanceof TrainableNetwork.Chain chain) {
      return new Chain(
          SyncBatchNorm.convert(chain.network().getLayerWiseConfigurations()), vectors);
    }
    ComputationGraph graph = ((TrainableNetwork.Graph) network).network();
    return new Graph(SyncBatchNorm.convert(graph.getConfiguration()), vectors);
  }

  /** Layers in a chain. */
  record Chain(MultiLayerConfiguration configuration, NetworkVectors vectors)
      implements NetworkStart {
    private static final long serialVersionUID = 1;

    @Override
    public TrainableNetwork open() {
      // A copy: ranks of one JVM share what was sent, and each counts its iterations in it.
      MultiLayerNetwork network = new MultiLayerNetwork(SyncBatchNorm.convert(configuration));
      network.init();
      return filled(new TrainableNetwork.Chain(network), vectors);
    }
  }

  /** A graph of layers. */
  record Graph(ComputationGraphConfiguration configuration, NetworkVectors vectors)
      implements NetworkStart {
    private static final long serialVersionUID = 1;

    @Override
    public TrainableNetwork open() {
      ComputationGraph graph = new ComputationGraph(SyncBatchNorm.convert(configuration));
      graph.init();
      return filled(new TrainableNetwork.Graph(graph), vectors);
    }
  }

  private static TrainableNetwork filled(TrainableNetwork network, NetworkVectors vectors) {
    Optional<INDArray> state = network.updaterState();
    network.setVectors(vectors);
    if (vectors.updaterState().length == 0) {
      state.ifPresent(view -> view.assign(0));
    }
    // Ranks are the parallelism, and loading ND4J gives each of its libraries one thread per core.
    Blas.instance().useOneThread();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    return network;
  }
}
