package io.syncnorm.config;

import java.io.Serializable;

/** How the training rows are dealt to the ranks. */
public sealed interface Partition extends Serializable {
  /** Randomly, in shards of equal size; written {@code shuffled}. */
  record Shuffled() implements Partition {}

  /** Sorted by label, in shards of equal size; written {@code by-label}. */
  record ByLabel() implements Partition {}

  /**
   * By class, with each class split in shares drawn from a symmetric Dirichlet distribution;
   * written {@code dirichlet(<alpha>)}.
   *
   * @param alpha concentration: a large value splits classes evenly, a small one gives most of a
   *     class to one rank
   */
  record Dirichlet(double alpha) implements Partition {
    public Dirichlet {
      Keys.ALPHA.require(Keys.PARTITION.path(), alpha);
    }
  }
}
