package io.syncnorm.config;

import java.io.Serializable;

/**
 * Batch normalization.
 *
 * @param momentum weight of the past in the running statistics, {@code running = momentum*running +
 *     (1-momentum)*batch} (Keras' convention)
 * @param epsilon added to the biased variance under the root
 * @param sync whose rows the batch statistics cover
 * @param recalibrate when the running statistics are taken anew, for predictions
 */
public record BatchNormSettings(
    boolean enabled, double momentum, double epsilon, Sync sync, Recalibrate recalibrate)
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

  /**
   * What a start may still weigh in running statistics that have settled is e to the minus so much,
   * 1.8 %.
   */
  private static final double SETTLED = 4;

  public BatchNormSettings {
    Keys.BATCH_NORM_ENABLED.require(enabled);
    Keys.BATCH_NORM_MOMENTUM.require(momentum);
    Keys.BATCH_NORM_EPSILON.require(epsilon);
    Keys.BATCH_NORM_SYNC.require(sync);
    Keys.RECALIBRATE.require(recalibrate);
  }

  /** Whether the model that so many steps make is recalibrated. */
  public boolean isRecalibratedAfter(long steps) {
    return enabled
        && (recalibrate instanceof Recalibrate.Auto
            ? !areSettled(momentum, steps)
            : recalibrate.rows() > 0);
  }

  /**
   * Whether running statistics have forgotten where they started, which weighs {@code
   * momentum^steps} in them: some {@code 4 / (1 - momentum)} steps.
   */
  public static boolean areSettled(double momentum, long steps) {
    return steps > 0 && steps * Math.log(momentum) <= -SETTLED;
  }

  BatchNormSettings withEnabled(boolean newEnabled) {
    return new BatchNormSettings(newEnabled, momentum, epsilon, sync, recalibrate);
  }
}
