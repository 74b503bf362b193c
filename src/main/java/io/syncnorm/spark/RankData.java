package io.syncnorm.spark;

import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * Where ranks get what they train: partitions, one per rank, and what opens a training on each; and
 * who takes on the driver what they report and finish.
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

  /**
   * Whether all that ranks report besides their epochs is at home. Until then a rank that is lost
   * is missed, and ranks that are started again begin where the first ones did.
   */
  default boolean isComplete() {
    return true;
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

  /**
   * Keeps finished epochs, on a thread of the driver. Training runs ahead of a slow one and waits
   * for it at the end, so it must have deadlines of its own. Called after each epoch, in order; for
   * several at once where they are finished sooner than they are kept, and their models would take
   * too much memory. No result is ever left out.
   *
   * @param results of the epochs since the last call, in order; at least one
   * @param progress after the last of them
   */
  default void finished(List<EpochResult> results, Progress progress) {}
}
