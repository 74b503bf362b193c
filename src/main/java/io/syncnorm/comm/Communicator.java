package io.syncnorm.comm;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One rank's end of a world of ranks.
 *
 * <p>Every wait has the world's deadline. When a rank does not arrive, fails or sends what does not
 * match, the waiting ranks get a {@link PeerException} that says which rank, where, and why.
 */
public interface Communicator extends AutoCloseable {
  /** The fold of plain sums. */
  BiConsumer<double[], double[]> SUM =
      (into, other) -> {
        for (int i = 0; i < into.length; i++) {
          into[i] += other[i];
        }
      };

  /** This rank, from 0. */
  int rank();

  /** Number of ranks. */
  int world();

  /**
   * Folds the values of all ranks in rank order.
   *
   * @param tag the same on all ranks
   * @param values this rank's message on entry, the folded result on return; the same length on all
   *     ranks
   * @param fold folds its second argument into its first, whose length counts: the second is a
   *     buffer that may be longer; must not keep either
   * @throws PeerException if the world cannot complete the exchange
   */
  void allReduce(long tag, double[] values, BiConsumer<double[], double[]> fold);

  /**
   * Folds the values of one group of ranks in rank order. All ranks of the world make the call,
   * each for its own group.
   *
   * @param group the ranks that are folded, this one among them
   * @throws PeerException if the world cannot complete the exchange
   */
  void allReduce(long tag, double[] values, RankGroup group, BiConsumer<double[], double[]> fold);

  /**
   * Replaces each vector by its mean over the ranks, weighted, summed in double in rank order;
   * where the weights of all ranks are zero, every rank keeps its own.
   *
   * @param vectors overwritten; the same number and lengths on all ranks
   * @param weight this rank's weight, not negative; vectors of weight zero are not read
   * @return the weight of all ranks together, the same on every rank
   * @throws PeerException if the world cannot complete the exchange
   */
  double weightedMean(long tag, List<float[]> vectors, double weight);

  /**
   * Says that this rank has loaded what it trains on, and waits until all have. Ranks come to the
   * rendezvous first and load then, so that one of them that is lost meanwhile is noticed at once;
   * before the first exchange every rank makes this call.
   *
   * @param timeout how long the last rank may take, apart from the deadline of an exchange
   * @throws PeerException if a rank is lost or takes longer
   */
  void awaitLoaded(Duration timeout);

  /** Tells all ranks that this one cannot go on, so that they stop waiting at once. */
  void abort(Throwable cause);

  /** Time spent so far, for diagnosis: waiting for other ranks, and exchanging in all. */
  ExchangeTimes times();

  /**
   * Cumulative times.
   *
   * @param waitNanos waiting until the last rank arrived
   * @param exchangeNanos in all calls together, waiting included
   */
  record ExchangeTimes(long waitNanos, long exchangeNanos) {}

  @Override
  void close();
}
