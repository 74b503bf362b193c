package io.syncnorm.comm;

import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * One rank's end of a world of ranks.
 *
 * <p>Every wait has the world's deadline. When a rank is late, fails or sends a message that does
 * not match, the waiting ranks get a {@link PeerException} that says which rank, where, and why.
 */
public interface Communicator extends AutoCloseable {
  /** The fold of plain sums. */
  BiConsumer<double[], double[]> SUM =
      (into, other) -> {
        for (int i = 0; i < into.length; i++) {
          into[i] += other[i];
        }
      };

  /** No work to be done while a rank waits. */
  BooleanSupplier NOTHING = () -> false;

  /** This rank, from 0. */
  int rank();

  /** Number of ranks. */
  int world();

  /** Number of hosts; the ranks of a host share a task slot and compute one at a time. */
  int hosts();

  /**
   * Folds the values of all ranks along a tree that depends on the number of ranks alone ({@link
   * io.syncnorm.comm.fold.FoldTree}).
   *
   * @param tag the same on all ranks
   * @param values this rank's message on entry, the folded result on return; the same length on all
   *     ranks
   * @param fold folds its second argument into its first, both of the length of {@code values}. It
   *     must not keep either
   * @throws PeerException if the world cannot complete the exchange
   */
  default void allReduce(long tag, double[] values, BiConsumer<double[], double[]> fold) {
    allReduce(tag, values, RankGroup.all(world()), fold);
  }

  /**
   * Folds the values of one group of ranks along the group's own tree. All ranks of the world make
   * the call, each for its own group, and wait for the ranks of that group only.
   *
   * @param group the ranks that are folded, this one among them; groups do not overlap
   * @throws PeerException if the world cannot complete the exchange
   */
  default void allReduce(
      long tag, double[] values, RankGroup group, BiConsumer<double[], double[]> fold) {
    allReduce(tag, values, group, fold, NOTHING);
  }

  /**
   * Folds the values of one group of ranks, and works while it waits.
   *
   * @param meanwhile does a small part of what this rank has to do anyway, and returns whether
   *     there is more. Called on this thread while the rank would only wait, so perhaps never; what
   *     it throws, this method throws. Its time does not count in {@link #times}
   * @throws PeerException if the world cannot complete the exchange
   */
  void allReduce(
      long tag,
      double[] values,
      RankGroup group,
      BiConsumer<double[], double[]> fold,
      BooleanSupplier meanwhile);

  /**
   * Replaces each vector by its weighted mean over the ranks, summed in double along the tree and
   * rounded once. If the weights of all ranks are zero, every rank keeps its own vectors.
   *
   * @param vectors overwritten; the same number and lengths on all ranks
   * @param weight this rank's weight, not negative; vectors of weight zero have no influence
   * @return the sum of the weights of all ranks, the same on every rank
   * @throws PeerException if the world cannot complete the exchange
   */
  double weightedMean(long tag, List<float[]> vectors, double weight);

  /**
   * Reports that this rank has loaded its rows, and waits until all ranks have. Ranks join at the
   * rendezvous before they load, so that the loss of a rank during loading is noticed at once.
   * Every rank makes this call before its first exchange.
   *
   * @param timeout how long the last rank may take; the deadline of an exchange does not apply
   * @throws PeerException if a rank is lost or takes longer
   */
  void awaitLoaded(Duration timeout);

  /** Notifies all ranks that this one cannot continue, so that they stop waiting at once. */
  void abort(Throwable cause);

  /**
   * A clock that stops while this rank waits for its turn, because another rank of its host
   * computes then: {@link System#nanoTime()} without these times.
   */
  long runningNanos();

  /** Time spent so far, for diagnosis: waiting for other ranks, and exchanging in total. */
  ExchangeTimes times();

  /**
   * Cumulative times, by {@link #runningNanos}.
   *
   * @param waitNanos waiting for the last rank
   * @param exchangeNanos in all calls together, waiting included
   */
  record ExchangeTimes(long waitNanos, long exchangeNanos) {}

  @Override
  void close();
}
