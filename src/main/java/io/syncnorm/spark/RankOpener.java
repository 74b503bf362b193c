package io.syncnorm.spark;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Optional;

/**
 * Prepares a rank's training on the rows of its partition. Runs on the rank, so it is serialized to
 * the executors.
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
   * @param start the model to resume from; empty if ranks build it from their rows
   * @return empty on all ranks if they cannot train; the driver then has a report that says why
   */
  Optional<RankTraining> open(
      Membership membership, Iterator<T> rows, Optional<Sent<Snapshot>> start) throws Exception;
}
