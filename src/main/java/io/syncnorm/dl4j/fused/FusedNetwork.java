package io.syncnorm.dl4j.fused;

import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.Snapshot;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;

/**
 * A DL4J network that the fused engine can train, and where each of its values lies on either side.
 *
 * <p>A bias before batch normalization is trained like any other on several ranks: each rank's own
 * gradient of it is not zero between merges, only that of all ranks together is. On one rank it has
 * no counterpart: its true gradient is zero, and what DL4J's Adam makes of the rounding noise in
 * its place moves the bias, and the running mean after it. There it stays as it is, and the running
 * mean travels without it.
 *
 * @param blueprint its layers and the updater of all of them
 * @param places of each fused parameter in DL4J's flat vector
 * @param statistics per normalized layer
 */
public record FusedNetwork(Blueprint blueprint, int[] places, List<Statistics> statistics) {
  /** How DL4J stores a running variance. */
  enum Spread {
    VARIANCE,
    LOG10_STD
  }

  /** No bias: its place. */
  static final int NONE = -1;

  /**
   * Running statistics of one layer in DL4J's flat vector.
   *
   * @param bias what the fused running mean lacks; {@link #NONE} where it lacks nothing
   */
  record Statistics(int out, int mean, int variance, Spread spread, int bias) {}

  /** Length of DL4J's flat vector, where every bias has its place among the fused ones. */
  public int flatLength() {
    return places.length + statistics.stream().mapToInt(layer -> 2 * layer.out).sum();
  }

  /**
   * What the fused engine starts from.
   *
   * @param velocity of the outer optimizer
   */
  public Snapshot snapshot(MultiLayerNetwork network, float[] velocity) {
    Snapshot theirs = new TrainableNetwork.Chain(network).snapshot(0, velocity);
    NetworkState state = state(theirs.parameters());
    Optimizer optimizer = blueprint.optimizer().optimizer(places.length);
    for (float[] updaterState : theirs.optimizerSlots()) {
      FusedUpdater.load(updater(network), places, updaterState, optimizer.slots());
    }
    return new Snapshot(
        0,
        state.parameters(),
        state.statistics(),
        optimizer.slots(),
        network.getIterationCount(),
        velocity);
  }

  /** Replaces what a network has learned by what the fused engine came to. */
  public void restore(Snapshot trained, MultiLayerNetwork network) {
    TrainableNetwork.Chain chain = new TrainableNetwork.Chain(network);
    Snapshot before = chain.snapshot(0, trained.outerVelocity());
    for (float[] updaterState : before.optimizerSlots()) {
      FusedUpdater.store(updater(network), places, trained.optimizerSlots(), updaterState);
      chain.setUpdaterState(updaterState);
    }
    chain.setParameters(flat(trained.state(), before.parameters()));
  }

  private static BaseMultiLayerUpdater<?> updater(MultiLayerNetwork network) {
    return (BaseMultiLayerUpdater<?>) network.getUpdater();
  }

  /** What it has learned, of DL4J's flat vector. */
  public NetworkState state(float[] flat) {
    float[] parameters = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      parameters[i] = flat[places[i]];
    }
    int length = statistics.stream().mapToInt(layer -> 2 * layer.out).sum();
    float[] running = new float[length];
    int at = 0;
    for (Statistics layer : statistics) {
      for (int j = 0; j < layer.out; j++) {
        running[at + j] = flat[layer.mean + j] - bias(flat, layer, j);
        float stored = flat[layer.variance + j];
        running[at + layer.out + j] =
            layer.spread == Spread.LOG10_STD ? (float) Math.pow(10, 2.0 * stored) : stored;
      }
      at += 2 * layer.out;
    }
    return new NetworkState(parameters, running);
  }

  /**
   * DL4J's flat vector of what it has learned.
   *
   * @param before the flat vector that it started from
   */
  public float[] flat(NetworkState state, float[] before) {
    float[] flat = before.clone();
    for (int i = 0; i < places.length; i++) {
      flat[places[i]] = state.parameters()[i];
    }
    int at = 0;
    for (Statistics layer : statistics) {
      for (int j = 0; j < layer.out; j++) {
        flat[layer.mean + j] = state.statistics()[at + j] + bias(before, layer, j);
        double variance = state.statistics()[at + layer.out + j];
        flat[layer.variance + j] =
            (float) (layer.spread == Spread.LOG10_STD ? Math.log10(variance) / 2 : variance);
      }
      at += 2 * layer.out;
    }
    return flat;
  }

  private static float bias(float[] flat, Statistics layer, int j) {
    return layer.bias == NONE ? 0f : flat[layer.bias + j];
  }
}
