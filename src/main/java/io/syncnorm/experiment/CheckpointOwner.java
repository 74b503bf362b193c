package io.syncnorm.experiment;

import io.syncnorm.config.AveragingSettings;
import io.syncnorm.config.AveragingSettings.Merge;
import io.syncnorm.config.AveragingSettings.OptimizerState;
import io.syncnorm.config.WorldSize;
import io.syncnorm.train.Snapshot;
import java.io.IOException;
import java.util.Map;

/**
 * Whose checkpoint a file is.
 *
 * @param plan the model, its world counted out
 * @param network what it trains
 * @param identity SHA-256 of all that decides what is trained
 */
record CheckpointOwner(ModelPlan plan, PlannedModel network, byte[] identity) {

  /**
   * @param dataHashes SHA-256 of each file that it is trained from by its path
   */
  static CheckpointOwner of(ModelPlan plan, PlannedModel network, Map<String, String> dataHashes) {
    String decides =
        plan.name() + "\n" + plan.configuration().renderOutcome() + dataHashes.entrySet();
    return new CheckpointOwner(plan, network, Sha256.of(decides));
  }

  String model() {
    return plan.name();
  }

  /** Hidden layers of its network. */
  int hiddenLayers() {
    return network.trainer().hiddenLayers(plan.configuration());
  }

  int epochs() {
    return plan.configuration().training().epochs();
  }

  /**
   * A snapshot has the optimizer of one rank. Where each keeps its own, the others' moments are
   * lost with the run, and going on would train another model. While gradients are averaged all
   * ranks have the same.
   *
   * @throws IOException if that is so
   */
  void requireResumable(Snapshot snapshot) throws IOException {
    int world = ((WorldSize.Fixed) plan.configuration().training().world()).ranks();
    AveragingSettings averaging = plan.configuration().training().averaging();
    if (averaging.optimizerState() == OptimizerState.KEEP
        && averaging.mergeIn(snapshot.epoch()) == Merge.PARAMETERS
        && world > 1
        && !snapshot.optimizerSlots().isEmpty()
        && snapshot.epoch() < epochs()) {
      throw new IOException(
          "with training.averaging.optimizer-state=keep each of world=%d ranks has an optimizer of its own and a checkpoint holds only one"
              .formatted(world));
    }
  }
}
