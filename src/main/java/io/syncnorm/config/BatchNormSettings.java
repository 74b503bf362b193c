package io.syncnorm.config;

import java.io.Serializable;

/**
 * Batch normalization.
 *
 * @param momentum weight of the past in the running statistics, {@code running = momentum*running +
 *     (1-momentum)*batch} (Keras' convention)
 * @param epsilon added to the biased variance under the root
 * @param sync whose rows the batch statistics cover
 * @param recalibrate training rows that the running statistics are taken anew from after each
 *     epoch; {@link #NO_RECALIBRATION} leaves them as training moved them
 */
public record BatchNormSettings(
    boolean enabled, double momentum, double epsilon, Sync sync, int recalibrate)
    implements Serializable {

  /**
   * Whose rows the batch statistics cover: those of a group of consecutive ranks. The two ends of
   * the scale have names of their own, and a group of one <i>is</i> {@link #LOCAL}.
   *
   * @param groupSize ranks of a group; the last group is smaller where the world is no multiple of
   *     it
   */
  public record Sync(int groupSize) implements Serializable {
    /** The mini-batches of all ranks together; written {@code global}. */
    public static final Sync GLOBAL = new Sync(Integer.MAX_VALUE);

    /** Each rank's own mini-batch only; written {@code local}. */
    public static final Sync LOCAL = new Sync(1);

    public Sync {
      // The constants are not checked: they are what the keys are made of.
      if (groupSize != 1 && groupSize != Integer.MAX_VALUE) {
        Keys.RANKS.require("model.batch-norm.sync", groupSize);
      }
    }

    /** Ranks of a full group in a world, 1 to {@code world}. */
    public int ranksOf(int world) {
      return Math.min(groupSize, world);
    }
  }

  /** Rows that recalibrate nothing; written {@code 0}. */
  public static final int NO_RECALIBRATION = 0;

  public BatchNormSettings {
    Keys.BATCH_NORM_ENABLED.require(enabled);
    Keys.BATCH_NORM_MOMENTUM.require(momentum);
    Keys.BATCH_NORM_EPSILON.require(epsilon);
    Keys.BATCH_NORM_SYNC.require(sync);
    Keys.RECALIBRATE.require(recalibrate);
  }

  /** Whether there are running statistics, and they are taken anew after each epoch. */
  public boolean isRecalibrated() {
    return enabled && recalibrate != NO_RECALIBRATION;
  }

  BatchNormSettings withEnabled(boolean newEnabled) {
    return new BatchNormSettings(newEnabled, momentum, epsilon, sync, recalibrate);
  }
}
