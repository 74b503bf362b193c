package io.syncnorm.spark;

import io.syncnorm.config.Configuration;
import org.apache.spark.api.java.JavaRDD;

/**
 * Where the ranks' shards come from: partitions, one per rank, and what makes shards of them.
 *
 * @param <T> rows of the partitions
 */
public interface RankData<T> {
  JavaRDD<T> partitions();

  ShardMaker<T> maker();

  /**
   * Refuses, before anything runs, what is known already to be untrainable.
   *
   * @throws io.syncnorm.train.PlanException if it is
   */
  default void requireTrainable(Configuration configuration) {}

  /** Number of ranks. */
  default int world() {
    return partitions().getNumPartitions();
  }
}
