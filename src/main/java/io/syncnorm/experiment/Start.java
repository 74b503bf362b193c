package io.syncnorm.experiment;

import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Snapshot;
import java.util.List;

/**
 * Where a model's training starts.
 *
 * @param checkpoints where it will leave its own
 * @param from epoch 0 for a fresh model
 */
record Start(CheckpointOwner owner, Checkpoints checkpoints, Checkpoint from) {
  ModelPlan plan() {
    return owner.plan();
  }

  PlannedModel network() {
    return owner.network();
  }

  Start from(Checkpoint checkpoint) {
    return new Start(owner, checkpoints, checkpoint);
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
