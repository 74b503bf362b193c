package io.syncnorm.data.shard;

import io.syncnorm.data.deal.Deal;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The number of rows of each rank in each step of an epoch; the same for every epoch. It is created
 * once, on the driver or, if only ranks know their rows, from their summed counts. So all ranks
 * take the same number of steps even if their shards differ: a rank that has run out takes part
 * with 0 rows.
 *
 * @param rowsPerRank training rows of each rank, in rank order
 * @param batchSize rows of a full mini-batch on one rank, at least 1
 */
public record StepPlan(List<Long> rowsPerRank, int batchSize) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * @throws IllegalArgumentException if there is no rank, a count is negative, the batch is empty,
   *     or an epoch has more steps than an {@code int} counts
   */
  public StepPlan {
    rowsPerRank = List.copyOf(rowsPerRank);
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "batchSize must be at least 1, found batchSize=" + batchSize);
    }
    if (rowsPerRank.isEmpty() || rowsPerRank.stream().anyMatch(rows -> rows < 0)) {
      throw new IllegalArgumentException(
          "each rank needs a number of rows >= 0, found rowsPerRank=" + rowsPerRank);
    }
    long most = Collections.max(rowsPerRank);
    if ((most - 1) / batchSize >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "an epoch has too many steps: expected steps<=%d, found rows=%d on one rank with batchSize=%d; make batches larger or use more ranks",
              Integer.MAX_VALUE,
              most,
              batchSize));
    }
  }

  /** The plan for these shards, given in rank order. */
  public static StepPlan of(List<Shard> shards, int batchSize) {
    return new StepPlan(shards.stream().map(s -> s.training().count()).toList(), batchSize);
  }

  /** The plan for the shards of a deal. */
  public static StepPlan of(Deal deal, int batchSize) {
    return new StepPlan(IntStream.range(0, deal.world()).mapToObj(deal::rows).toList(), batchSize);
  }

  /** The number of ranks. */
  public int world() {
    return rowsPerRank.size();
  }

  /**
   * Number of steps of every rank in an epoch, determined by the largest shard; 0 if all shards are
   * empty.
   */
  public int stepsPerEpoch() {
    return steps(Collections.max(rowsPerRank));
  }

  /**
   * Rows of {@code rank} in {@code step}; 0 if it has run out.
   *
   * @throws IndexOutOfBoundsException if the rank is outside the world
   * @throws IllegalArgumentException if the step is negative
   */
  public int batchRows(int rank, int step) {
    if (step < 0) {
      throw new IllegalArgumentException("step must be 0 or more, found step=" + step);
    }
    long left = rowsPerRank.get(rank) - (long) step * batchSize;
    return (int) Math.max(0, Math.min(batchSize, left));
  }

  /** Total rows of all ranks in {@code step}: the N of batch normalization. */
  public long globalRows(int step) {
    return rows(0, world(), step);
  }

  /**
   * The fewest rows of any group of consecutive ranks in a step in which the group has rows; 0 if
   * all shards are empty. Batch normalization over these groups needs 2.
   *
   * @param groupSize ranks of a group, at least 1; the last group may be smaller
   */
  public long smallestBatch(int groupSize) {
    long smallest = Long.MAX_VALUE;
    for (int first = 0; first < world(); first += groupSize) {
      int end = (int) Math.min((long) first + groupSize, world());
      int steps = steps(Collections.max(rowsPerRank.subList(first, end)));
      if (steps > 0) {
        smallest =
            Math.min(
                smallest, rows(first, end, steps - 1)); // a group's rows per step never increase
      }
    }
    return smallest == Long.MAX_VALUE ? 0 : smallest;
  }

  private int steps(long rows) {
    return (int) (rows / batchSize) + (rows % batchSize > 0 ? 1 : 0);
  }

  private long rows(int first, int end, int step) {
    long rows = 0;
    for (int rank = first; rank < end; rank++) {
      rows += batchRows(rank, step);
    }
    return rows;
  }
}
