package io.syncnorm.spark.ranks;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.spark.Sent;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.state.RankState;
import io.syncnorm.train.state.RankStates;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Prepares a rank's training on its rows. Runs on the rank, so it is serialized to the executors.
 *
 * @param <T> a row
 */
@FunctionalInterface
public interface RankOpener<T> extends Serializable {
  /**
   * The model to start from: each rank receives the snapshot and, if ranks keep states of their
   * own, its own state only.
   *
   * @param shared the merged model
   * @param own the states of the ranks that have one
   */
  record Start(Sent<Snapshot> shared, Map<Integer, Sent<RankState>> own) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Broadcasts the latest snapshot and states of a training, one at a time. */
    static Start of(JavaSparkContext spark, Snapshot snapshot, RankStates states) {
      Map<Integer, Sent<RankState>> own = new HashMap<>();
      try {
        for (int rank = 0; own.size() < states.count(); rank++) {
          if (states.has(rank)) {
            own.put(rank, Sent.of(spark, states.state(rank)));
          }
        }
        return new Start(Sent.of(spark, snapshot), own);
      } catch (RuntimeException | Error e) {
        own.values().forEach(Sent::destroy);
        throw e;
      }
    }

    /** The snapshot that a rank resumes from. */
    public Snapshot of(int rank) {
      Snapshot merged = shared.value();
      return own.containsKey(rank) ? merged.with(own.get(rank).value()) : merged;
    }

    /** Frees the broadcasts. */
    void destroy() {
      shared.destroy();
      own.values().forEach(Sent::destroy);
    }
  }

  /**
   * Loads the rows, then calls {@link Communicator#awaitLoaded}; ranks may exchange and report
   * before they train.
   *
   * @param rows the rank's own
   * @param start the model to resume from; empty if ranks build it from their rows
   * @return empty on all ranks if they cannot train; the driver then has a report that says why
   */
  Optional<RankTraining> open(Membership membership, Iterator<T> rows, Optional<Start> start)
      throws Exception;
}
