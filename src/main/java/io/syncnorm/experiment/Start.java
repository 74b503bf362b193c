package io.syncnorm.experiment;

import io.syncnorm.checkpoint.Checkpoint;
import io.syncnorm.checkpoint.CheckpointOwner;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.Configuration;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where a model's training starts.
 *
 * @param plan its world counted out
 * @param network what it trains
 * @param checkpoints where it will leave its own
 * @param from epoch 0 for a fresh model
 */
record Start(
    ModelPlan plan,
    PlannedModel network,
    CheckpointOwner owner,
    Checkpoints checkpoints,
    Checkpoint from) {
  static final CheckpointOwner.Wording WORDING =
      new CheckpointOwner.Wording(
          "the same command",
          "configuration and data",
          "train from scratch with --resume never, name another --out, or give --resume a checkpoint of this run");

  /**
   * @param dataHashes SHA-256 of each file that it is trained from by its path
   */
  static CheckpointOwner owner(
      ModelPlan plan, PlannedModel network, Map<String, String> dataHashes) {
    Configuration configuration = plan.configuration();
    List<String> decides = new ArrayList<>(configuration.renderOutcome().lines().toList());
    dataHashes.forEach((file, hash) -> decides.add("SHA-256 of %s = %s".formatted(file, hash)));
    return new CheckpointOwner(
        plan.name(),
        configuration,
        network.trainer().hiddenLayers(configuration),
        decides,
        WORDING);
  }

  Start from(Checkpoint checkpoint) {
    return new Start(plan, network, owner, checkpoints, checkpoint);
  }

  Snapshot snapshot() {
    return from.snapshot();
  }

  /** The results of the epochs before. */
  List<EpochResult> history() {
    return from.history();
  }

  boolean isComplete() {
    return from.epoch() == owner.epochs();
  }
}
