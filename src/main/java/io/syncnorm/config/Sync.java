package io.syncnorm.config;

import java.io.Serializable;

/**
 * The ranks whose rows the batch statistics cover: a group of consecutive ranks. The smallest and
 * the largest group have names: {@link #LOCAL} and {@link #GLOBAL}.
 *
 * @param groupSize ranks per group; the last group is smaller if the world is not a multiple of it
 */
public record Sync(int groupSize) implements Serializable {
  /** The mini-batches of all ranks together; written {@code global}. */
  public static final Sync GLOBAL = new Sync(Integer.MAX_VALUE);

  /** Each rank's own mini-batch only; written {@code local}. */
  public static final Sync LOCAL = new Sync(1);

  public Sync {
    // The constants are not checked: Keys is initialized from them.
    if (groupSize != 1 && groupSize != Integer.MAX_VALUE) {
      Keys.RANKS.require("model.batch-norm.sync", groupSize);
    }
  }

  /** The number of ranks of a full group in a world, 1 to {@code world}. */
  public int ranksOf(int world) {
    return Math.min(groupSize, world);
  }
}
