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
   * own, its own state only. States that are small together are one broadcast.
   *
   * @param shared the merged model
   * @param own for each rank that has a state, the broadcast that contains it
   */
  record Start(Sent<Snapshot> shared, Map<Integer, Sent<HashMap<Integer, RankState>>> own)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** A broadcast takes some milliseconds, a rank receives all of its bytes. */
    private static final long SMALL_BYTES = 1 << 22;

    /** Broadcasts the latest snapshot and states of a training, one at a time. */
    static Start of(JavaSparkContext spark, Snapshot snapshot, RankStates states) {
      Map<Integer, Sent<HashMap<Integer, RankState>>> own = new HashMap<>();
      HashMap<Integer, RankState> next = new HashMap<>();
      boolean areSmall = states.bytes() <= SMALL_BYTES;
      try {
        for (int rank = 0; own.size() < states.count(); rank++) {
          if (states.has(rank)) {
            next.put(rank, states.state(rank));
          }
          boolean isLast = own.size() + next.size() == states.count();
          if (!next.isEmpty() && (isLast || !areSmall)) {
            Sent<HashMap<Integer, RankState>> sent = Sent.of(spark, next);
            next.keySet().forEach(each -> own.put(each, sent));
            next = new HashMap<>();
          }
        }
        return new Start(Sent.of(spark, snapshot), own);
      } catch (RuntimeException | Error e) {
        destroy(own);
        throw e;
      }
    }

    /** The snapshot that a rank resumes from. */
    public Snapshot of(int rank) {
      Snapshot merged = shared.value();
      return own.containsKey(rank) ? merged.with(own.get(rank).value().get(rank)) : merged;
    }

    /** Frees the broadcasts. */
    void destroy() {
      shared.destroy();
      destroy(own);
    }

    private static void destroy(Map<Integer, Sent<HashMap<Integer, RankState>>> own) {
      own.values().stream().distinct().forEach(Sent::destroy);
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
