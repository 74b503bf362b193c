package io.syncnorm.dl4j;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * What a fused fit starts from, as it travels to the ranks.
 *
 * @param slots of the optimizer
 * @param updates made before, Adam's t
 */
record FusedStart(
    Architecture architecture,
    FusedUpdater updater,
    float[] parameters,
    float[] statistics,
    List<float[]> slots,
    long updates,
    int epoch)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Shares the arrays, which all ranks of a JVM read. */
  NetworkState state() {
    return new NetworkState(parameters, statistics);
  }

  /** An optimizer of the rank's own that goes on from here. */
  Optimizer optimizer() {
    Optimizer optimizer = updater.optimizer(parameters.length);
    for (int slot = 0; slot < slots.size(); slot++) {
      System.arraycopy(slots.get(slot), 0, optimizer.slots().get(slot), 0, parameters.length);
    }
    optimizer.setUpdates(updates);
    return optimizer;
  }

  /** How it comes home: parameters and statistics end to end, and the slots end to end. */
  static NetworkVectors vectors(NetworkState state, Optimizer optimizer) {
    return new NetworkVectors(
        concat(List.of(state.parameters(), state.statistics())), concat(optimizer.slots()));
  }

  /** What came home, apart again. */
  NetworkState stateOf(NetworkVectors vectors) {
    float[] all = vectors.parameters();
    return new NetworkState(
        Arrays.copyOf(all, parameters.length),
        Arrays.copyOfRange(all, parameters.length, all.length));
  }

  /** The optimizer's slots that came home. */
  List<float[]> slotsOf(NetworkVectors vectors) {
    int length = parameters.length;
    return java.util.stream.IntStream.range(0, slots.size())
        .mapToObj(
            slot -> Arrays.copyOfRange(vectors.updaterState(), slot * length, (slot + 1) * length))
        .toList();
  }

  private static float[] concat(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
