package io.syncnorm.dl4j.fused;

import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.Snapshot;
import java.util.List;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;

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
  public Snapshot snapshot(TrainableNetwork.Chain chain, float[] velocity) {
    Snapshot theirs = chain.snapshot(velocity);
    NetworkState state = state(theirs.parameters());
    Optimizer optimizer = blueprint.optimizer().optimizer(places.length);
    BaseMultiLayerUpdater<?> updater = updater(chain);
    for (float[] updaterState : theirs.optimizerSlots()) {
      for (int slot = 0; slot < optimizer.slots().size(); slot++) {
        for (int i = 0; i < places.length; i++) {
          optimizer.slots().get(slot)[i] = updaterState[stateAt(updater, places[i], slot)];
        }
      }
    }
    return new Snapshot(
        0,
        state.parameters(),
        state.statistics(),
        optimizer.slots(),
        theirs.optimizerUpdates(),
        velocity);
  }

  /** Replaces what a network has learned by what the fused engine came to. */
  public void restore(Snapshot trained, TrainableNetwork.Chain chain) {
    Snapshot before = chain.snapshot(trained.outerVelocity());
    BaseMultiLayerUpdater<?> updater = updater(chain);
    for (float[] updaterState : before.optimizerSlots()) {
      for (int slot = 0; slot < trained.optimizerSlots().size(); slot++) {
        for (int i = 0; i < places.length; i++) {
          updaterState[stateAt(updater, places[i], slot)] = trained.optimizerSlots().get(slot)[i];
        }
      }
      chain.setUpdaterState(updaterState);
    }
    chain.setParameters(flat(trained.state(), before.parameters()));
    chain.setIterationCount(Math.toIntExact(trained.optimizerUpdates()));
  }

  /**
   * Where the state of DL4J's updater holds an optimizer's slot of one parameter. DL4J keeps Adam's
   * state block by block, where a block is a run of parameters with one rule:
   *
   * <pre>
   * first moments of the block | second moments of the block
   * </pre>
   */
  private static int stateAt(BaseMultiLayerUpdater<?> updater, int place, int slot) {
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      int from = block.getParamOffsetStart();
      int length = block.getParamOffsetEnd() - from;
      if (place >= from && place < from + length) {
        return block.getUpdaterViewOffsetStart() + slot * length + place - from;
      }
    }
    throw new IllegalStateException("no updater block holds the parameter at " + place);
  }

  private static BaseMultiLayerUpdater<?> updater(TrainableNetwork.Chain chain) {
    return (BaseMultiLayerUpdater<?>) chain.network().getUpdater();
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
