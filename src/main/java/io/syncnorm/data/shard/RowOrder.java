package io.syncnorm.data.shard;

/** The order of a rank's rows in an epoch. */
public enum RowOrder {
  /** A new permutation for each (seed, rank, epoch), independent of earlier epochs. */
  RESHUFFLED_EACH_EPOCH,

  /** The order of dealing, the same in every epoch. */
  FIXED
}
