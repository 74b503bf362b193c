package io.syncnorm.config;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * How the ranks train.
 *
 * @param world how many ranks
 * @param epochs passes over the training images
 * @param batchSize rows of one rank's mini-batch
 * @param shuffle when each rank reorders its shard
 * @param telemetry whether the ranks' drift from each other is measured
 */
public record TrainingSettings(
    WorldSize world,
    int epochs,
    int batchSize,
    Shuffle shuffle,
    Telemetry telemetry,
    FaultSettings faults,
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

  /** Whether the ranks' drift from each other is measured; it never changes what is trained. */
  public enum Telemetry {
    ON,
    OFF
  }

  public TrainingSettings {
    Keys.WORLD.require(world);
    Keys.EPOCHS.require(epochs);
    Keys.BATCH_SIZE.require(batchSize);
    Keys.SHUFFLE.require(shuffle);
    Keys.TELEMETRY.require(telemetry);
    requireNonNull(faults, "faults");
    requireNonNull(optimizer, "optimizer");
    requireNonNull(averaging, "averaging");
  }

  TrainingSettings withWorld(WorldSize newWorld) {
    return new TrainingSettings(
        newWorld, epochs, batchSize, shuffle, telemetry, faults, optimizer, averaging);
  }
}
