package io.syncnorm.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The rule that assigns training rows to ranks. */
@FunctionalInterface
public interface Dealing {
  /**
   * Computes the owner of each row.
   *
   * @param labels unsigned labels of the rows, in the order of dealing
   * @param world the number of ranks, at least 1
   * @param seed the run's seed
   * @return a rank for each row
   */
  int[] owners(byte[] labels, int world, long seed);

  /** Deals row {@code i} to rank {@code i mod world}, regardless of its label. */
  Dealing SHUFFLED =
      (labels, world, seed) -> IntStream.range(0, labels.length).map(i -> i % world).toArray();

  /**
   * Sorts rows by label and deals contiguous runs of equal length, up to one row. This is the
   * hardest case: each rank sees few classes, and no other rank sees them.
   */
  Dealing BY_LABEL =
      (labels, world, seed) -> {
        int[] owners = new int[labels.length];
        int[] sorted =
            IntStream.range(0, labels.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> labels[i] & 0xff))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i = 0; i < sorted.length; i++) {
          owners[sorted[i]] = (int) ((long) i * world / sorted.length);
        }
        return owners;
      };

  /**
   * Deals each class in shares drawn from a symmetric Dirichlet distribution over the ranks
   * (Yurochkin et al. 2019, "Bayesian Nonparametric Federated Learning of Neural Networks", section
   * 4; its concentration controls the skew as in Hsu, Qi and Brown 2019, "Measuring the Effects of
   * Non-Identical Data Distribution for Federated Visual Classification", who draw the mixture of
   * each client instead and keep clients equal in size). Shards differ in size; some may be empty.
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
    return (labels, world, seed) -> {
      int[] owners = new int[labels.length];
      for (int label = 0; label < 256; label++) {
        int wanted = label;
        int[] rows =
            IntStream.range(0, labels.length).filter(i -> (labels[i] & 0xff) == wanted).toArray();
        double[] shares = DirichletShares.draw(alpha, world, Seeds.mix(seed, label));
        int from = 0;
        double drawn = 0;
        for (int rank = 0; rank < world; rank++) {
          drawn += shares[rank];
          int to = rank == world - 1 ? rows.length : (int) Math.round(drawn * rows.length);
          for (int i = from; i < to; i++) {
            owners[rows[i]] = rank;
          }
          from = Math.max(from, to);
        }
      }
      pairUp(owners, world);
      return owners;
    };
  }

  /**
   * For each pair of ranks with an odd number of rows, moves one row from the first to the second.
   */
  private static void pairUp(int[] owners, int world) {
    int[] counts = new int[world];
    Arrays.stream(owners).forEach(owner -> counts[owner]++);
    int odd = -1;
    for (int rank = 0; rank < world; rank++) {
      if (counts[rank] % 2 == 0) {
        continue;
      }
      if (odd < 0) {
        odd = rank;
      } else {
        int row = owners.length - 1;
        while (owners[row] != odd) {
          row--;
        }
        owners[row] = rank;
        odd = -1;
      }
    }
  }
}
