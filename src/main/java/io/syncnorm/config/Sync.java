package io.syncnorm.config;

import java.io.Serializable;

/**
 * Whose rows the batch statistics cover: those of a group of consecutive ranks. The two ends of the
 * scale have names of their own, and a group of one <i>is</i> {@link #LOCAL}.
 *
 * @param groupSize ranks of a group; the last group is smaller where the world is no multiple of it
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
