package io.syncnorm.data.deal;

import io.syncnorm.data.Seeds;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Deals given numbers of rows of each label to each rank. The rows of a label are permuted and cut
 * into one run per rank; a rank's runs, in the order of their labels, are permuted once more, so
 * that the order within a shard is random.
 */
final class DealByLabel implements Deal {
  private static final long serialVersionUID = 1L;

  /** Random streams of this class; the first number of any other stream is 0 or more. */
  private static final long ORDER_OF_LABEL = -1;

  private static final long ORDER_OF_SHARD = -2;

  private final Runs[] labels;
  private final Permutation[] shards;

  /**
   * The runs of one label, of the ranks that have rows of it.
   *
   * @param order permutes the label's rows
   * @param ranks owners of the runs
   * @param starts first row of each run in {@code order}
   * @param offsets number of rows of lower labels in each owner's shard
   */
  private record Runs(Permutation order, int[] ranks, long[] starts, long[] offsets)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private DealByLabel(Runs[] labels, Permutation[] shards) {
    this.labels = labels;
    this.shards = shards;
  }

  /**
   * @param shares number of rows {@code [label][rank]}
   */
  static DealByLabel of(long[][] shares, int world, long seed) {
    long[] dealt = new long[world];
    Runs[] labels = new Runs[shares.length];
    for (int label = 0; label < labels.length; label++) {
      labels[label] = runs(shares[label], dealt, Seeds.mix(seed, ORDER_OF_LABEL, label));
    }
    return new DealByLabel(
        labels,
        IntStream.range(0, world)
            .mapToObj(rank -> Permutation.of(dealt[rank], Seeds.mix(seed, ORDER_OF_SHARD, rank)))
            .toArray(Permutation[]::new));
  }

  /** The runs of the next label, which are added to {@code dealt}. */
  private static Runs runs(long[] shares, long[] dealt, long key) {
    int[] ranks = IntStream.range(0, shares.length).filter(rank -> shares[rank] > 0).toArray();
    long[] starts = new long[ranks.length];
    long[] offsets = new long[ranks.length];
    long rows = 0;
    for (int run = 0; run < ranks.length; run++) {
      int rank = ranks[run];
      starts[run] = rows;
      offsets[run] = dealt[rank];
      rows += shares[rank];
      dealt[rank] += shares[rank];
    }
    return new Runs(Permutation.of(rows, key), ranks, starts, offsets);
  }

  @Override
  public int world() {
    return shards.length;
  }

  @Override
  public long rows(int rank) {
    return shards[rank].size();
  }

  @Override
  public long place(long number, int label, long ordinal) {
    Runs runs = labels[label];
    long row = runs.order.apply(ordinal);
    int found = Arrays.binarySearch(runs.starts, row);
    int run = found >= 0 ? found : -found - 2;
    int rank = runs.ranks[run];
    long own = runs.offsets[run] + row - runs.starts[run];
    return Deal.placeOf(rank, shards[rank].apply(own));
  }
}
