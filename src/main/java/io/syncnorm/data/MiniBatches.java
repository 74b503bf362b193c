package io.syncnorm.data;

import java.util.Objects;

/**
 * One rank's iteration over its rows, mini-batch by mini-batch. Not thread-safe.
 *
 * <p>Order of calls: {@link #startEpoch}, then {@link #next} until it returns 0; the same for the
 * next epoch. An epoch may be left early, and epochs may run in any order.
 *
 * <p>The rows of a mini-batch are in {@link #features}, {@link #labels} and {@link #weights}. The
 * three arrays are reused for all mini-batches, so that {@code next} allocates nothing. They belong
 * to this object and are read only.
 */
public final class MiniBatches {
  private static final int NOT_STARTED = -1;

  private final Rows rows;
  private final int maxRows;
  private final RowOrder rowOrder;
  private final long seed;
  private final int rank;
  private final int[] order;

  /**
   * Whether features are read in place, because they are stored as needed: a copy costs 5 % of a
   * step.
   */
  private final boolean isInPlace;

  private final float[] features;
  private final int[] labels;
  private final float[] weights;
  private int featuresAt;
  private int position = NOT_STARTED;

  /**
   * @param batchSize rows of a full mini-batch, at least 1; the last one of an epoch may be smaller
   * @param seed the run's seed, the same on all ranks
   * @param rank makes the order of this rank different from that of others
   */
  public MiniBatches(Rows rows, int batchSize, RowOrder rowOrder, long seed, int rank) {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "batchSize must be at least 1, found batchSize=" + batchSize);
    }
    this.rows = Objects.requireNonNull(rows, "rows");
    this.maxRows = Math.max(1, Math.min(batchSize, rows.count()));
    this.rowOrder = Objects.requireNonNull(rowOrder, "rowOrder");
    this.seed = seed;
    this.rank = rank;
    this.order = new int[rows.count()];
    Seeds.fillIdentity(order);
    this.isInPlace = rowOrder == RowOrder.FIXED && rows.features() instanceof Features.Floats;
    this.features =
        isInPlace
            ? ((Features.Floats) rows.features()).values()
            : new float[maxRows * rows.rowLength()];
    this.labels = new int[maxRows];
    this.weights = new float[maxRows];
  }

  /** Mini-batches of the rows in their own order, for evaluation; they need no seed. */
  public static MiniBatches inOrder(Rows rows, int batchSize) {
    return new MiniBatches(rows, batchSize, RowOrder.FIXED, 0, 0);
  }

  /** Rows of the largest mini-batch: at least 1, at most the number of rows. */
  public int maxRows() {
    return maxRows;
  }

  /** Features of one row. */
  public int rowLength() {
    return rows.rowLength();
  }

  /**
   * Moves to the first mini-batch of an epoch.
   *
   * @param epoch any number; the same number gives the same order
   */
  public void startEpoch(int epoch) {
    if (rowOrder == RowOrder.RESHUFFLED_EACH_EPOCH) {
      Seeds.permute(order, Seeds.mix(seed, rank, epoch));
    }
    position = 0;
  }

  /**
   * Moves to the next mini-batch.
   *
   * @return the number of its rows, at most {@link #maxRows}; 0 when the epoch is over
   * @throws IllegalStateException if no epoch was started
   */
  public int next() {
    if (position == NOT_STARTED) {
      throw new IllegalStateException("call startEpoch before the first next");
    }
    int count = Math.min(maxRows, order.length - position);
    if (isInPlace) {
      featuresAt = position * rows.rowLength();
    } else {
      rows.features().gather(order, position, count, rows.rowLength(), features);
    }
    for (int i = 0; i < count; i++) {
      labels[i] = rows.label(order[position + i]);
      weights[i] = rows.weight(order[position + i]);
    }
    position += count;
    return count;
  }

  /**
   * Features of the mini-batch, row-major {@code [count, rowLength]} from {@link #featuresAt} on.
   */
  public float[] features() {
    return features;
  }

  /** Index in {@link #features} at which the mini-batch begins. */
  public int featuresAt() {
    return featuresAt;
  }

  /** Class of each row of the mini-batch, from 0 on. */
  public int[] labels() {
    return labels;
  }

  /** Weight of each row of the mini-batch, from 0 on. */
  public float[] weights() {
    return weights;
  }
}
