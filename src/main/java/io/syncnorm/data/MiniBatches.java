package io.syncnorm.data;

import java.util.Locale;
import java.util.Objects;

/**
 * One rank's way through its rows, mini-batch by mini-batch. For one thread.
 *
 * <p>Order of calls: {@link #startEpoch}, then {@link #next} until it returns 0; again for the next
 * epoch. An epoch may be left early, and epochs may come in any order. The caller owns the buffers
 * that {@code next} fills; {@code next} allocates nothing.
 */
public final class MiniBatches {
  private static final int NOT_STARTED = -1;

  private final Rows rows;
  private final int batchSize;
  private final RowOrder rowOrder;
  private final long seed;
  private final int rank;
  private final int[] order;
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
    this.batchSize = batchSize;
    this.rowOrder = Objects.requireNonNull(rowOrder, "rowOrder");
    this.seed = seed;
    this.rank = rank;
    this.order = new int[rows.count()];
    Seeds.fillIdentity(order);
  }

  /** Rows in their own order, for evaluation: there is no chance in it, so no seed either. */
  public static MiniBatches inOrder(Rows rows, int batchSize) {
    return new MiniBatches(rows, batchSize, RowOrder.FIXED, 0, 0);
  }

  /** Rows of a full mini-batch. */
  public int batchSize() {
    return batchSize;
  }

  /** Features of one row. */
  public int rowLength() {
    return rows.rowLength();
  }

  /**
   * Goes to the first mini-batch of an epoch.
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
   * Fills in the next mini-batch. What lies behind its rows in the buffers stays as it was.
   *
   * @param features receives {@code [rows, rowLength]}, row-major
   * @param labels receives the class of each row
   * @param weights receives the weight of each row
   * @return the number of rows, at most {@code batchSize}; 0 when the epoch is over
   * @throws IllegalStateException when no epoch was started
   * @throws IllegalArgumentException when a buffer is too short for the rows
   */
  public int next(float[] features, int[] labels, float[] weights) {
    int from = position;
    int count = nextCount();
    if (weights.length < count) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "buffer too short for %d rows: weights.length=%d",
              count,
              weights.length));
    }
    next(features, labels);
    for (int i = 0; i < count; i++) {
      weights[i] = rows.weight(order[from + i]);
    }
    return count;
  }

  /** The same without weights. */
  public int next(float[] features, int[] labels) {
    int count = nextCount();
    int length = rows.rowLength();
    if (features.length < count * length || labels.length < count) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "buffers too short for %d rows: features.length=%d, expected at least %d; labels.length=%d",
              count,
              features.length,
              count * length,
              labels.length));
    }
    rows.copyFeatures(order, position, count, features);
    for (int i = 0; i < count; i++) {
      labels[i] = rows.label(order[position + i]);
    }
    position += count;
    return count;
  }

  private int nextCount() {
    if (position == NOT_STARTED) {
      throw new IllegalStateException("call startEpoch before the first next");
    }
    return Math.min(batchSize, order.length - position);
  }
}
