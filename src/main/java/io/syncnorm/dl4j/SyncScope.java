package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.dl4j.layer.SynchronizedLayers;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.RankReduction.Direction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A scope in which the synchronized layers of one rank's network normalize with the rows of all
 * ranks.
 *
 * <pre>{@code
 * try (SyncScope scope = SyncScope.enter(network, communicator)) {
 *   for (int step = 0; step < steps; step++) {
 *     scope.at(epoch, step);
 *     if (batches.hasNext()) {
 *       network.fit(batches.next());
 *     } else {
 *       scope.stepWithoutRows();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>All ranks hold copies of one network and make the same number of steps. In each step every
 * rank makes one forward pass in training mode and one backward pass ({@code fit} of one
 * mini-batch, or {@code computeGradientAndScore}), or calls {@link #stepWithoutRows()}. Running
 * statistics then stay equal on all ranks. Inference ({@code output}) involves no other rank and
 * may be called at any time between steps.
 *
 * <p>A scope is used by the rank's thread only, like its network and its communicator. Clones of
 * the network are not in the scope.
 */
public final class SyncScope implements AutoCloseable {
  private final SynchronizedLayers layers;
  private int epoch;
  private int step;

  private SyncScope(SynchronizedLayers layers, Communicator communicator) {
    this.layers = layers;
    layers.synchronize(
        (layer, direction, values, fold, meanwhile) -> {
          communicator.allReduce(Tag.of(epoch, step, layer, kind(direction)), values, fold);
          meanwhile.run();
        });
  }

  /**
   * Opens a scope for an initialized network.
   *
   * @throws IllegalArgumentException if the network is not initialized
   */
  public static SyncScope enter(MultiLayerNetwork network, Communicator communicator) {
    return new SyncScope(SynchronizedLayers.of(network), communicator);
  }

  /**
   * Opens a scope for an initialized graph.
   *
   * @throws IllegalArgumentException if the graph is not initialized
   */
  public static SyncScope enter(ComputationGraph graph, Communicator communicator) {
    return new SyncScope(SynchronizedLayers.of(graph), communicator);
  }

  /** Sets the next step. It must be the same on all ranks, and different for each step. */
  public void at(int nextEpoch, int nextStep) {
    epoch = nextEpoch;
    step = nextStep;
  }

  /** Returns the number of synchronized layers; each exchanges one message per pass. */
  public int layers() {
    return layers.layers().size();
  }

  /**
   * Takes part in a step for which this rank has no rows: contributes a count of zero to every
   * exchange and updates the running statistics as all ranks do. No other parameter changes.
   *
   * @throws io.syncnorm.comm.PeerException if the ranks cannot complete an exchange
   */
  public void stepWithoutRows() {
    layers.stepWithoutRows();
  }

  /** Closes the scope: the layers return to ordinary batch normalization. */
  @Override
  public void close() {
    layers.synchronize(RankReduction.NONE);
  }

  private static Kind kind(Direction direction) {
    return direction == Direction.FORWARD ? Kind.FORWARD : Kind.BACKWARD;
  }
}
