package io.syncnorm.spark;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Optional;

/**
 * Prepares a rank's training of the rows of its partition, on the rank itself. It travels to the
 * executors.
 *
 * @param <T> rows of the partitions
 */
@FunctionalInterface
public interface RankOpener<T> extends Serializable {
  /**
   * Loads the rows, then calls {@link Communicator#awaitLoaded}; ranks may exchange and report
   * before they train.
   *
   * @param rows of the rank's partition
   * @param start the model to resume from; empty where ranks make it of what they find in their
   *     rows
   * @return empty on all ranks where they cannot train; the driver has then been told why
   */
  Optional<RankTraining> open(
      Membership membership, Iterator<T> rows, Optional<Sent<Snapshot>> start) throws Exception;
}
