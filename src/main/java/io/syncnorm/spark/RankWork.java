package io.syncnorm.spark;

import org.apache.spark.api.java.JavaRDD;

/**
 * The driver's side of what ranks do together. Reports come on threads of the driver while the
 * ranks go on; everything else is asked for between attempts.
 *
 * @param <T> rows of the partitions that the ranks are put on
 */
public interface RankWork<T> {
  /** What Spark's pages call the job. */
  String description();

  /** One rank is put on each partition. */
  JavaRDD<T> partitions();

  /** Made anew for each attempt, so that it goes on from what was reported last. */
  RankProgram<T> program();

  /** Bytes of the largest report that a rank may send. */
  int maxReportBytes();

  /**
   * A rank sent a report. What this throws ends all ranks and is what the caller gets.
   *
   * @param payload as {@link io.syncnorm.comm.DriverLine#report} was given it
   */
  void reported(int rank, byte[] payload);

  /** Whether all that is wanted was reported: a rank that is lost afterwards is not missed. */
  default boolean isComplete() {
    return false;
  }

  /** How far it has come, in words for a log: {@code after epoch 3 of 20}. */
  String progress();
}
