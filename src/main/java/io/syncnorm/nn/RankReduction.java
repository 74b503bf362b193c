package io.syncnorm.nn;

import java.util.function.BiConsumer;

/**
 * A reduction of values over ranks: the only operation that the mathematics needs from a
 * communicator.
 *
 * <p>Every rank calls it equally often and in the same order, even if its batch is empty.
 */
@FunctionalInterface
public interface RankReduction {
  /** The pass of a layer that a message belongs to. */
  enum Direction {
    FORWARD,
    BACKWARD
  }

  /** The fold of plain sums. */
  BiConsumer<double[], double[]> SUM =
      (into, other) -> {
        for (int i = 0; i < into.length; i++) {
          into[i] += other[i];
        }
      };

  /** The reduction of a world of one rank, and of layers that do not synchronize. */
  RankReduction NONE = (layer, direction, values, fold, meanwhile) -> meanwhile.run();

  /**
   * Folds the values of all ranks in a fixed order; afterwards {@code values} holds the same result
   * on every rank, bit for bit.
   *
   * @param layer index of the normalization among those of the network, from 0
   * @param values this rank's message on entry, packed as {@link Moments} in the forward pass; the
   *     folded result on return
   * @param fold folds its second argument into its first
   * @param meanwhile run once, on this thread, at any time before this method returns: work of this
   *     rank that needs no result, to be done while messages travel
   */
  void reduce(
      int layer,
      Direction direction,
      double[] values,
      BiConsumer<double[], double[]> fold,
      Runnable meanwhile);

  /** Folds the values of all ranks, with nothing to do meanwhile. */
  default void reduce(
      int layer, Direction direction, double[] values, BiConsumer<double[], double[]> fold) {
    reduce(layer, direction, values, fold, () -> {});
  }
}
