package io.syncnorm.config;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;

/**
 * How the ranks train.
 *
 * @param world how many ranks
 * @param epochs passes over the training images
 * @param batchSize rows of one rank's mini-batch
 * @param shuffle when each rank reorders its shard
 * @param waitTimeout deadline of every wait of a rank for its peers
 */
public record TrainingSettings(
    WorldSize world,
    int epochs,
    int batchSize,
    Shuffle shuffle,
    Duration waitTimeout,
    OptimizerSettings optimizer,
    AveragingSettings averaging)
    implements Serializable {

  /** When each rank reorders its shard. */
  public enum Shuffle {
    /** Anew before each epoch. */
    EPOCH,
    /** Before the first epoch only. */
    ONCE
  }

  public TrainingSettings {
    Keys.WORLD.require(world);
    Keys.EPOCHS.require(epochs);
    Keys.BATCH_SIZE.require(batchSize);
    Keys.SHUFFLE.require(shuffle);
    Keys.WAIT_TIMEOUT.require(waitTimeout);
    requireNonNull(optimizer, "optimizer");
    requireNonNull(averaging, "averaging");
  }

  TrainingSettings withWorld(WorldSize newWorld) {
    return new TrainingSettings(
        newWorld, epochs, batchSize, shuffle, waitTimeout, optimizer, averaging);
  }
}
