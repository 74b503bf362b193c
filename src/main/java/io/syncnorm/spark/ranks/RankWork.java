package io.syncnorm.spark.ranks;

import io.syncnorm.comm.Membership;
import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.spark.RankRows;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The driver's side of the ranks' work. Reports arrive on threads of the driver while the ranks
 * continue, and are stored on another thread; all other methods are called between attempts.
 *
 * @param <T> rows that the ranks train on
 */
public interface RankWork<T> {
  /**
   * The program of every rank. Java serialization carries it to the executors; it does not contain
   * the run's secret.
   *
   * @param <T> rows that the ranks train on
   */
  @FunctionalInterface
  interface Program<T> extends Serializable {
    /**
     * Runs on each rank's thread. Anything it throws is reported to the driver and ends all ranks.
     *
     * @param membership the rank's communicator and its connection to the driver
     * @param rows the rank's own
     */
    void run(Membership membership, Iterator<T> rows) throws Exception;
  }

  /** The description of the job in Spark's UI. */
  String description();

  /** The rows of each rank. */
  RankRows<T> rows();

  /** Creates the program of an attempt, which resumes from the latest report. */
  Program<T> program(JavaSparkContext spark);

  /** Bytes of the largest report that a rank may send. */
  long maxReportBytes();

  /**
   * Receives a report of a rank. An exception ends all ranks and is rethrown to the caller. The
   * method must not wait: until it returns, the next messages of the rank's process wait, and the
   * other ranks may wait for its ranks.
   *
   * @param report the bytes that the rank passed to {@link Membership#report(ReportBytes)}
   */
  void reported(int rank, ReportBytes report);

  /**
   * The ranks have done their first step on these hosts. Called like {@link #reported}, by each
   * attempt whose rank 0 sends a {@link io.syncnorm.train.state.FirstStepReport}.
   */
  default void hosts(HostsEvent event) {}

  /**
   * Stores everything reported since the last call. Called after reports; once for several of them
   * when storing is slow. No rank waits for it, but the job does at its end, so it must have
   * deadlines of its own. An exception ends all ranks and is rethrown to the caller; nothing is
   * stored after that.
   */
  default void store() {}

  /**
   * Whether all results have been reported. A rank that is lost afterwards does not fail the work.
   */
  default boolean isComplete() {
    return false;
  }

  /**
   * Number of models that have been reported since the work began, from which another attempt
   * resumes.
   */
  default long snapshots() {
    return 0;
  }

  /**
   * Estimates how long the ranks still take after they could pause, on the hosts that they have. 0
   * if they must not pause, because they would not resume from there.
   */
  default double secondsLeft() {
    return 0;
  }

  /** The progress for a log line: {@code after epoch 3 of 20}. */
  String progress();
}
