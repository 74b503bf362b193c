package io.syncnorm.dl4j;

import io.syncnorm.train.Snapshot;
import java.util.List;

/**
 * A DL4J network in a snapshot: DL4J's flat parameters, running statistics among them, and the
 * updater's state as the one slot of the optimizer, if it keeps any.
 */
final class NetworkSnapshot {
  private static final float[] NONE = {};

  private NetworkSnapshot() {}

  static Snapshot of(int epoch, TrainableNetwork network) {
    NetworkVectors vectors = network.vectors();
    return new Snapshot(
        epoch,
        vectors.parameters(),
        NONE,
        vectors.updaterState().length == 0 ? List.of() : List.of(vectors.updaterState()),
        network.iterationCount(),
        NONE);
  }

  static NetworkVectors vectors(Snapshot snapshot) {
    return new NetworkVectors(
        snapshot.parameters(),
        snapshot.optimizerSlots().isEmpty() ? NONE : snapshot.optimizerSlots().get(0));
  }
}
