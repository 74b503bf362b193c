package io.syncnorm.spark;

import io.syncnorm.comm.Communicator;
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
   * @param communicator to agree with the other ranks, for example on the plan
   */
  RankShard make(Communicator communicator, Iterator<T> rows) throws Exception;
}
