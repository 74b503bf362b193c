package io.syncnorm.data.deal;

import io.syncnorm.data.Seeds;
import java.util.Arrays;

/** How many rows of each label each rank gets: {@code [label][rank]}. */
final class LabelShares {
  private LabelShares() {}

  /** The shares of contiguous runs of equal length, up to one row, of the rows sorted by label. */
  static long[][] sorted(long[] rowsByLabel, int world) {
    Deal.requireWorld(world);
    long rows = Arrays.stream(rowsByLabel).sum();
    long[][] shares = new long[rowsByLabel.length][world];
    long first = 0;
    for (int label = 0; label < rowsByLabel.length; label++) {
      long end = first + rowsByLabel[label];
      for (int rank = 0; rank < world; rank++) {
        long from = Math.max(first, startOfRun(rank, rows, world));
        long to = Math.min(end, startOfRun(rank + 1, rows, world));
        shares[label][rank] = Math.max(0, to - from);
      }
      first = end;
    }
    return shares;
  }

  /** {@code rank * rows / world}, rounded up; the product of 48 and 16 bits would overflow. */
  private static long startOfRun(int rank, long rows, int world) {
    return rows / world * rank + (rows % world * rank + world - 1) / world;
  }

  /** The shares drawn as {@link Dealing#dirichlet} describes. */
  static long[][] dirichlet(long[] rowsByLabel, int world, double alpha, long seed) {
    Deal.requireWorld(world);
    long[][] shares = new long[rowsByLabel.length][world];
    for (int label = 0; label < rowsByLabel.length; label++) {
      long rows = rowsByLabel[label];
      double[] drawn = DirichletShares.draw(alpha, world, Seeds.mix(seed, label));
      long from = 0;
      double sum = 0;
      for (int rank = 0; rank < world; rank++) {
        sum += drawn[rank];
        boolean isLast = rank == world - 1;
        long to = isLast ? rows : Math.max(from, Math.min(rows, Math.round(sum * rows)));
        shares[label][rank] = to - from;
        from = to;
      }
    }
    pairUp(shares, world);
    return shares;
  }

  /**
   * For each pair of ranks with an odd number of rows, moves one row from the first to the second,
   * of the label of which the first has most rows.
   */
  private static void pairUp(long[][] shares, int world) {
    int odd = -1;
    for (int rank = 0; rank < world; rank++) {
      int other = rank;
      if (Arrays.stream(shares).mapToLong(ofLabel -> ofLabel[other]).sum() % 2 == 0) {
        continue;
      }
      if (odd < 0) {
        odd = rank;
      } else {
        long[] largest = shares[0];
        for (long[] ofLabel : shares) {
          largest = ofLabel[odd] > largest[odd] ? ofLabel : largest;
        }
        largest[odd]--;
        largest[rank]++;
        odd = -1;
      }
    }
  }
}
