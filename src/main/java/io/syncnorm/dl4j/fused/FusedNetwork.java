package io.syncnorm.dl4j.fused;

import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.optimizer.Optimizer;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.Snapshot;
import java.util.List;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;

/**
 * A DL4J network that the fused engine can train, with the mapping between the parameters of both.
 *
 * <p>A bias before batch normalization is trained like any other bias on several ranks: between
 * merges each rank's own gradient of it is not zero; only the sum over all ranks is. On one rank
 * the fused network has no such bias. Its true gradient is zero, and DL4J's Adam would turn
 * rounding noise into movements of the bias and of the running mean. There the bias keeps its
 * value, and the fused running mean excludes it.
 *
 * @param blueprint the layers and their common updater
 * @param places index of each fused parameter in DL4J's flat vector
 * @param statistics one per normalized layer
 */
public record FusedNetwork(Blueprint blueprint, int[] places, List<Statistics> statistics) {
  /** How DL4J stores a running variance. */
  enum Spread {
    VARIANCE,
    LOG10_STD
  }

  /** Place or index of what does not exist. */
  static final int NONE = -1;

  /**
   * Places of one layer's running statistics in DL4J's flat vector, one per feature.
   *
   * @param biases places of the biases that the fused running means exclude; empty if there are
   *     none
   */
  record Statistics(int[] means, int[] variances, Spread spread, int[] biases) {
    int features() {
      return means.length;
    }
  }

  /** Returns the length of DL4J's flat vector; only valid if every bias is a fused parameter. */
  public int flatLength() {
    return places.length + statisticsLength();
  }

  private int statisticsLength() {
    return statistics.stream().mapToInt(layer -> 2 * layer.features()).sum();
  }

  /**
   * Returns the snapshot that the fused engine starts from.
   *
   * @param velocity velocity of the outer optimizer
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

  /**
   * Writes a snapshot of the fused engine into a network: parameters, statistics and updater state.
   */
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
   * Returns the index in DL4J's updater state of one parameter's value in an optimizer slot. DL4J
   * stores the state in blocks, where a block is a run of parameters with one updater:
   *
   * <pre>
   * Adam              first moments of the block | second moments of the block
   * Nesterovs         velocities of the block
   * RmsProp           mean squares of the block, which DL4J sets to epsilon at first
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

  /** Returns the fused parameters and statistics in DL4J's flat vector. */
  public NetworkState state(float[] flat) {
    float[] parameters = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      parameters[i] = flat[places[i]];
    }
    float[] running = new float[statisticsLength()];
    int at = 0;
    for (Statistics layer : statistics) {
      for (int j = 0; j < layer.features(); j++) {
        running[at + j] = flat[layer.means[j]] - bias(flat, layer, j);
        float stored = flat[layer.variances[j]];
        running[at + layer.features() + j] =
            layer.spread == Spread.LOG10_STD ? (float) Math.pow(10, 2.0 * stored) : stored;
      }
      at += 2 * layer.features();
    }
    return new NetworkState(parameters, running);
  }

  /**
   * Returns DL4J's flat vector for fused parameters and statistics.
   *
   * @param before the flat vector that training started from
   */
  public float[] flat(NetworkState state, float[] before) {
    float[] flat = before.clone();
    for (int i = 0; i < places.length; i++) {
      flat[places[i]] = state.parameters()[i];
    }
    int at = 0;
    for (Statistics layer : statistics) {
      for (int j = 0; j < layer.features(); j++) {
        flat[layer.means[j]] = state.statistics()[at + j] + bias(before, layer, j);
        double variance = state.statistics()[at + layer.features() + j];
        flat[layer.variances[j]] =
            (float) (layer.spread == Spread.LOG10_STD ? Math.log10(variance) / 2 : variance);
      }
      at += 2 * layer.features();
    }
    return flat;
  }

  private static float bias(float[] flat, Statistics layer, int j) {
    return layer.biases.length == 0 ? 0f : flat[layer.biases[j]];
  }
}
