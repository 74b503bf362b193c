package io.syncnorm.data;

/** In which order a rank goes through its rows. */
public enum RowOrder {
  /** A new permutation for each (seed, rank, epoch), whatever epochs ran before. */
  RESHUFFLED_EACH_EPOCH,

  /** As dealt, the same in every epoch. */
  FIXED
}
