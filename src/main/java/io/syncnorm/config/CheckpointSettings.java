package io.syncnorm.config;

import java.io.Serializable;

/**
 * What is kept of a run that breaks off. It decides nothing of the outcome.
 *
 * @param every epochs between two checkpoints; the last epoch always has one
 * @param keep newest checkpoints of each model that are kept
 */
public record CheckpointSettings(int every, int keep) implements Serializable {
  public CheckpointSettings {
    Keys.CHECKPOINT_EVERY.require(every);
    Keys.CHECKPOINT_KEEP.require(keep);
  }
}
