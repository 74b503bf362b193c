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
public final class NetworkShape implements Serializable {
  private static final long serialVersionUID = 1;

  /** Of a chain or of a graph. */
  private final Serializable configuration;

  private NetworkShape(Serializable configuration) {
    this.configuration = configuration;
  }

  /**
   * @throws IllegalArgumentException if a layer cannot be synchronized
   */
  public static NetworkShape of(TrainableNetwork network) {
    return new NetworkShape(
        network instanceof TrainableNetwork.Chain chain
            ? SyncBatchNorm.convert(chain.network().getLayerWiseConfigurations())
            : SyncBatchNorm.convert(
                ((TrainableNetwork.Graph) network).network().getConfiguration()));
  }

  /** A network of the rank's own that has learned what a snapshot holds. */
  public TrainableNetwork open(Snapshot start) {
    TrainableNetwork network = initialized();
    network.updaterState().ifPresent(state -> state.assign(0));
    network.restore(start);
    // Ranks are the parallelism, and loading ND4J gives each of its libraries one thread per core.
    Blas.instance().useOneThread();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    return network;
  }

  /** Of a copy: ranks of one JVM share what was sent, and each counts its iterations in it. */
  private TrainableNetwork initialized() {
    if (configuration instanceof MultiLayerConfiguration layers) {
      MultiLayerNetwork chain = new MultiLayerNetwork(SyncBatchNorm.convert(layers));
      chain.init();
      return new TrainableNetwork.Chain(chain);
    }
    ComputationGraph graph =
        new ComputationGraph(SyncBatchNorm.convert((ComputationGraphConfiguration) configuration));
    graph.init();
    return new TrainableNetwork.Graph(graph);
  }
}
