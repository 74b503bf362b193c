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
 * A network without its parameters, as it is sent to the ranks: its configuration with the counts
 * of iterations and epochs, every batch normalization synchronized.
 */
public final class NetworkShape implements Serializable {
  private static final long serialVersionUID = 1;

  /** A {@code MultiLayerConfiguration} or a {@code ComputationGraphConfiguration}. */
  private final Serializable configuration;

  private NetworkShape(Serializable configuration) {
    this.configuration = configuration;
  }

  /**
   * Returns the shape of a network.
   *
   * @throws IllegalArgumentException if a layer cannot be synchronized
   */
  public static NetworkShape of(TrainableNetwork network) {
    return new NetworkShape(
        network instanceof TrainableNetwork.Chain chain
            ? SyncBatchNorm.convert(chain.network().getLayerWiseConfigurations())
            : SyncBatchNorm.convert(
                ((TrainableNetwork.Graph) network).network().getConfiguration()));
  }

  /** Creates a network for one rank, with the parameters and updater state of a snapshot. */
  public TrainableNetwork open(Snapshot start) {
    TrainableNetwork network = initialized();
    network.updaterState().ifPresent(state -> state.assign(0));
    network.restore(start);
    // Ranks provide the parallelism, but ND4J starts its libraries with one thread per core.
    Blas.instance().useOneThread();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    return network;
  }

  /**
   * Initializes a network from a copy of the configuration: the ranks of one JVM share the object
   * that was sent, and each counts its iterations in it.
   */
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
