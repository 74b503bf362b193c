package io.syncnorm.spark;

import org.apache.spark.api.java.JavaRDD;

/**
 * Where ranks get what they train: partitions, one per rank, and what opens a training on each.
 *
 * @param <T> rows of the partitions
 */
public interface RankData<T> {
  JavaRDD<T> partitions();

  RankOpener<T> opener();

  /** Number of ranks. */
  default int world() {
    return partitions().getNumPartitions();
  }

  /** Forgets what was reported: the ranks are started, perhaps not for the first time. */
  default void started() {}

  /** Bytes of the largest report that {@link #reported} takes. */
  default int maxReportBytes() {
    return 0;
  }

  /**
   * Takes what a rank reports besides its epochs, as {@link RankWork#reported} does.
   *
   * @throws IllegalArgumentException if it is no report of these ranks
   */
  default void reported(int rank, byte[] payload) {
    throw new IllegalArgumentException("unknown report of rank " + rank);
  }
}
