package io.syncnorm.spark.ranks;

import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.spark.RankRows;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import java.util.List;

/**
 * The data of a training: the rows of each rank, and the opener that starts a rank's training on
 * them; on the driver, the receiver of the ranks' reports and finished epochs.
 *
 * @param <T> a row
 */
public interface RankData<T> {
  RankRows<T> rows();

  RankOpener<T> opener();

  /** Number of ranks. */
  default int world() {
    return rows().world();
  }

  /**
   * Whether the driver has received everything that ranks report besides their epochs. Until then a
   * lost rank fails the attempt, and ranks that are restarted begin where the first ones did.
   */
  default boolean isComplete() {
    return true;
  }

  /** Discards earlier reports; called whenever the ranks are started. */
  default void started() {}

  /** Bytes of the largest report that {@link #reported} takes. */
  default long maxReportBytes() {
    return 0;
  }

  /**
   * Receives a report of a rank other than an epoch, under the rules of {@link RankWork#reported}.
   *
   * @throws IllegalArgumentException if it is not a report of these ranks
   */
  default void reported(int rank, ReportBytes report) {
    throw new IllegalArgumentException("unknown report of rank " + rank);
  }

  /**
   * The ranks have done their first step on these hosts. Called on the thread of {@link #finished}.
   */
  default void hosts(HostsEvent event) {}

  /**
   * Stores finished epochs, on a thread of the driver. Training does not wait for it until the end,
   * so it must have deadlines of its own. Called after each epoch and each snapshot inside one, in
   * order, or once for several of them if they come faster than they are stored and their models
   * would take too much memory. No result is ever left out.
   *
   * @param results of the epochs since the last call, in order; none inside an epoch
   * @param progress state of the training after them
   */
  default void finished(List<EpochResult> results, Progress progress) {}
}
