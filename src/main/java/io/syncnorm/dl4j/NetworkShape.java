package io.syncnorm.dl4j;

import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.nn.Blas;
import io.syncnorm.train.Snapshot;
import java.io.Serializable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * A network as it travels to the ranks besides what it has learned: its configuration with the
 * counts of iterations and epochs, every normalization synchronized.
 */
public sealed interface NetworkShape extends Serializable {
  /** A network of the rank's own that has learned what a snapshot holds. */
  TrainableNetwork open(Snapshot start);

  /**
   * @throws IllegalArgumentException if a layer cannot be synchronized
   */
  static NetworkShape of(TrainableNetwork network) {
    return network instanceof TrainableNetwork.Chain chain
        ? new Chain(SyncBatchNorm.convert(chain.network().getLayerWiseConfigurations()))
        : new Graph(
            SyncBatchNorm.convert(((TrainableNetwork.Graph) network).network().getConfiguration()));
  }

  /** Layers in a chain. */
  record Chain(MultiLayerConfiguration configuration) implements NetworkShape {
    private static final long serialVersionUID = 1;

    @Override
    public TrainableNetwork open(Snapshot start) {
      // A copy: ranks of one JVM share what was sent, and each counts its iterations in it.
      MultiLayerNetwork network = new MultiLayerNetwork(SyncBatchNorm.convert(configuration));
      network.init();
      return filled(new TrainableNetwork.Chain(network), start);
    }
  }

  /** A graph of layers. */
  record Graph(ComputationGraphConfiguration configuration) implements NetworkShape {
    private static final long serialVersionUID = 1;

    @Override
    public TrainableNetwork open(Snapshot start) {
      ComputationGraph graph = new ComputationGraph(SyncBatchNorm.convert(configuration));
      graph.init();
      return filled(new TrainableNetwork.Graph(graph), start);
    }
  }

  private static TrainableNetwork filled(TrainableNetwork network, Snapshot start) {
    network.updaterState().ifPresent(state -> state.assign(0));
    network.restore(start);
    // Ranks are the parallelism, and loading ND4J gives each of its libraries one thread per core.
    Blas.instance().useOneThread();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    return network;
  }
}
