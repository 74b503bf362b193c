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
 * While it is open, the synchronized layers of one rank's network normalize with the rows of all
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
 * <p>All ranks hold copies of one network and make the same number of steps. In each, every rank
 * makes one forward pass in training mode and one backward pass ({@code fit} of one mini-batch, or
 * {@code computeGradientAndScore}), or {@link #stepWithoutRows()}. Running statistics then stay
 * equal on all ranks. Inference ({@code output}) reaches no other rank and may be called at any
 * time between steps.
 *
 * <p>Belongs to the rank's thread, like its network and its communicator. Clones of the network are
 * outside of the scope.
 */
public final class SyncScope implements AutoCloseable {
  private final SynchronizedLayers layers;
  private int epoch;
  private int step;

  private SyncScope(SynchronizedLayers layers, Communicator communicator) {
    this.layers = layers;
    layers.synchronize(
        (layer, direction, values, fold) ->
            communicator.allReduce(Tag.of(epoch, step, layer, kind(direction)), values, fold));
  }

  /**
   * Opens a scope around an initialized network.
   *
   * @throws IllegalArgumentException if the network is not initialized
   */
  public static SyncScope enter(MultiLayerNetwork network, Communicator communicator) {
    return new SyncScope(SynchronizedLayers.of(network), communicator);
  }

  /** The same for a graph. */
  public static SyncScope enter(ComputationGraph graph, Communicator communicator) {
    return new SyncScope(SynchronizedLayers.of(graph), communicator);
  }

  /** Says which step comes next: the same on all ranks, another for each step. */
  public void at(int nextEpoch, int nextStep) {
    epoch = nextEpoch;
    step = nextStep;
  }

  /** Number of layers that synchronize; each exchanges one message per pass. */
  public int layers() {
    return layers.layers().size();
  }

  /**
   * This rank's part of a step for which it has no rows: answers every exchange with a count of
   * zero and moves the running statistics like all others. No other parameter changes.
   *
   * @throws io.syncnorm.comm.PeerException if the world cannot complete an exchange
   */
  public void stepWithoutRows() {
    layers.stepWithoutRows();
  }

  /** Gives the layers back to ordinary batch normalization. */
  @Override
  public void close() {
    layers.synchronize(RankReduction.NONE);
  }

  private static Kind kind(Direction direction) {
    return direction == Direction.FORWARD ? Kind.FORWARD : Kind.BACKWARD;
  }
}
