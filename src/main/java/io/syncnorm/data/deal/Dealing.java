package io.syncnorm.data.deal;

import io.syncnorm.data.Seeds;
import java.io.Serializable;
import java.util.Arrays;

/**
 * The rule that assigns rows to ranks. It needs the numbers of rows by label, and no rows: the deal
 * depends on these, the world and the seed alone.
 */
@FunctionalInterface
public interface Dealing extends Serializable {
  /**
   * Deals rows to ranks.
   *
   * @param rowsByLabel number of rows of each label, from label 0
   * @param world the number of ranks, 1 to {@link Deal#MAX_WORLD}
   * @param seed the run's seed
   * @throws IllegalArgumentException if the world is out of range
   */
  Deal deal(long[] rowsByLabel, int world, long seed);

  /**
   * Deals row {@code i} to rank {@code i mod world} at position {@code i div world}, regardless of
   * label and seed.
   */
  Dealing IN_ORDER = (rowsByLabel, world, seed) -> new DealInTurn(total(rowsByLabel), world);

  /**
   * Permutes all rows by the seed alone and deals row {@code i} of the permutation to rank {@code i
   * mod world} at position {@code i div world}, regardless of its label.
   *
   * <p>Positions {@code [k*b, k*b + b)} of all shards are rows {@code [k*b*world, (k+1)*b*world)}
   * of the permutation: in fixed order, step {@code k} is the same for every world with the same
   * global batch.
   */
  Dealing SHUFFLED =
      (rowsByLabel, world, seed) -> {
        long rows = total(rowsByLabel);
        return new DealInTurn.Shuffled(
            Permutation.of(rows, Seeds.mix(seed)), new DealInTurn(rows, world));
      };

  /**
   * Sorts rows by label and deals contiguous runs of equal length, up to one row. This is the
   * hardest case: each rank sees few classes, and no other rank sees them. Which rows of a label a
   * rank gets and the order within a shard are random, so a prefix of a shard is a random sample of
   * it.
   */
  Dealing BY_LABEL =
      (rowsByLabel, world, seed) ->
          DealByLabel.of(LabelShares.sorted(rowsByLabel, world), world, seed);

  /**
   * Deals each class in shares drawn from a symmetric Dirichlet distribution over the ranks
   * (Yurochkin et al. 2019, "Bayesian Nonparametric Federated Learning of Neural Networks", section
   * 4; its concentration controls the skew as in Hsu, Qi and Brown 2019, "Measuring the Effects of
   * Non-Identical Data Distribution for Federated Visual Classification", who draw the mixture of
   * each client instead and keep clients equal in size). Shards differ in size; some may be empty.
   * Which rows of a label a rank gets and the order within a shard are random.
   *
   * <p>All shards but one have an even number of rows: with an even batch size no other rank has a
   * last mini-batch of a single row, which local batch normalization cannot handle.
   *
   * @param alpha concentration, positive: large is even, small gives most of a class to one rank
   */
  static Dealing dirichlet(double alpha) {
    if (!(alpha > 0)) {
      throw new IllegalArgumentException("alpha must be positive, found alpha=" + alpha);
    }
    return (rowsByLabel, world, seed) ->
        DealByLabel.of(LabelShares.dirichlet(rowsByLabel, world, alpha, seed), world, seed);
  }

  private static long total(long[] rowsByLabel) {
    return Arrays.stream(rowsByLabel).sum();
  }
}
