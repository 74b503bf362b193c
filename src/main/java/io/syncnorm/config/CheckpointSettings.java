package io.syncnorm.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * What is kept of a run that breaks off. It decides nothing of the outcome.
 *
 * @param every epochs between two checkpoints; the last epoch always has one
 * @param keep newest checkpoints of each model that are kept
 * @param timeout how long writing or reading one may take
 */
public record CheckpointSettings(int every, int keep, CheckpointPlace place, Duration timeout)
    implements Serializable {
  public CheckpointSettings {
    Keys.CHECKPOINT_EVERY.require(every);
    Keys.CHECKPOINT_KEEP.require(keep);
    Keys.CHECKPOINT_DIR.require(place);
    Keys.CHECKPOINT_TIMEOUT.require(timeout);
  }
}
