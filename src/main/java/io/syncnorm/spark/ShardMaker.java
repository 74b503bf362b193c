package io.syncnorm.spark;

import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import java.io.Serializable;
import java.util.Iterator;

/**
 * Makes a rank's shard of the rows of its partition, on the rank itself.
 *
 * @param <T> rows of the partitions
 */
@FunctionalInterface
public interface ShardMaker<T> extends Serializable {
  /**
   * What a rank trains on.
   *
   * @param plan the same on all ranks
   */
  record RankShard(Shard shard, StepPlan plan) {}

  /**
   * Called before the ranks meet: it may take as long as {@code training.load-timeout}.
   *
   * @param rows of the rank's partition
   */
  RankShard make(int rank, int world, Iterator<T> rows) throws Exception;
}
