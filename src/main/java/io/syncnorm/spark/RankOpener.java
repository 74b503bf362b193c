package io.syncnorm.spark;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
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
  /** The model to train. */
  @FunctionalInterface
  interface Start extends Serializable {
    /**
     * @param inputs values of a row
     */
    Snapshot of(Configuration configuration, int inputs);
  }

  /**
   * Loads the rows, then calls {@link Communicator#awaitLoaded}; ranks may exchange and report
   * before they train.
   *
   * @param rows of the rank's partition
   * @return empty on all ranks where they cannot train; the driver has then been told why
   */
  Optional<RankTraining> open(Membership membership, Iterator<T> rows, Start start)
      throws Exception;
}
