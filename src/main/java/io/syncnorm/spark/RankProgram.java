package io.syncnorm.spark;

import io.syncnorm.comm.Membership;
import java.io.Serializable;
import java.util.Iterator;

/**
 * What every rank of a stage does. It travels to the executors by Java serialization, the run's
 * secret not in it.
 *
 * @param <T> rows of the partitions that the ranks are put on
 */
@FunctionalInterface
public interface RankProgram<T> extends Serializable {
  /**
   * Called on each rank's thread; whatever it throws is told to the driver and ends all ranks.
   *
   * @param membership the rank's place in the world, and its line to the driver
   * @param rows of the partition of the rank's number
   */
  void run(Membership membership, Iterator<T> rows) throws Exception;
}
