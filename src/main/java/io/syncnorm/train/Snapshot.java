package io.syncnorm.train;

import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import java.io.Serializable;
import java.util.List;

/**
 * A merged model after an epoch, flat, with all that training needs to go on: rank 0's optimizer is
 * every rank's, unless {@code optimizer-state = keep}. The arrays are the snapshot's own copies.
 *
 * @param epoch epochs completed; 0 is a fresh model
 * @param parameters in the order of {@link io.syncnorm.nn.ParameterLayout}
 * @param statistics running means and variances, in the same order
 * @param optimizerSlots each of the length of the parameters; none where the optimizer keeps none
 * @param optimizerUpdates updates made, Adam's t
 */
public record Snapshot(
    int epoch,
    float[] parameters,
    float[] statistics,
    List<float[]> optimizerSlots,
    long optimizerUpdates)
    implements Serializable {

  /** Copies live training state. */
  static Snapshot of(int epoch, NetworkState state, Optimizer optimizer) {
    return new Snapshot(
        epoch,
        state.parameters().clone(),
        state.statistics().clone(),
        optimizer.slots().stream().map(float[]::clone).toList(),
        optimizer.updates());
  }

  /** The learned part alone, sharing this snapshot's arrays. */
  public NetworkState state() {
    return new NetworkState(parameters, statistics);
  }
}
