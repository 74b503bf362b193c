package io.syncnorm.spark;

import io.syncnorm.comm.Membership;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.api.java.JavaRDD;

/**
 * The driver's side of what ranks do together. Reports come on threads of the driver while the
 * ranks go on, and are stored on another; everything else is asked for between attempts.
 *
 * @param <T> rows of the partitions that the ranks are put on
 */
public interface RankWork<T> {
  /**
   * What every rank does. It travels to the executors by Java serialization, the run's secret not
   * in it.
   *
   * @param <T> rows of the partitions that the ranks are put on
   */
  @FunctionalInterface
  interface Program<T> extends Serializable {
    /**
     * Called on each rank's thread; whatever it throws is told to the driver and ends all ranks.
     *
     * @param membership the rank's place in the world, and its line to the driver
     * @param rows of the partition of the rank's number
     */
    void run(Membership membership, Iterator<T> rows) throws Exception;
  }

  /** What Spark's pages call the job. */
  String description();

  /** One rank is put on each partition. */
  JavaRDD<T> partitions();

  /** Made anew for each attempt, so that it goes on from what was reported last. */
  Program<T> program();

  /** Bytes of the largest report that a rank may send. */
  int maxReportBytes();

  /**
   * A rank sent a report. What this throws ends all ranks and is what the caller gets. It must not
   * wait for anything: a rank's next report waits for it, and the other ranks wait for that rank.
   *
   * @param payload as {@link io.syncnorm.comm.DriverLine#report} was given it
   */
  void reported(int rank, byte[] payload);

  /**
   * Stores all that was reported since the last time: called after reports, one time for several of
   * them when it is slow. No rank waits for it, but the job does at its end, so it must have
   * deadlines of its own. What it throws ends all ranks and is what the caller gets; nothing is
   * stored after that.
   */
  default void store() {}

  /** Whether all that is wanted was reported: a rank that is lost afterwards is not missed. */
  default boolean isComplete() {
    return false;
  }

  /** How far it has come, in words for a log: {@code after epoch 3 of 20}. */
  String progress();
}
