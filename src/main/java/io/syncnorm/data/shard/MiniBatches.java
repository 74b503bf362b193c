package io.syncnorm.data.shard;

import io.syncnorm.data.Features;
import io.syncnorm.data.Shape;
import io.syncnorm.data.SparseBuffer;
import java.util.Objects;

/**
 * One rank's iteration over its rows, mini-batch by mini-batch. Not thread-safe.
 *
 * <p>Order of calls: {@link #startEpoch}, then {@link #next} until it returns 0; the same for the
 * next epoch; finally {@link #close}. An epoch may be left early, and epochs may run in any order.
 * {@link #loadAhead} may be called at any time before {@code close}.
 *
 * <p>The rows of a mini-batch are in {@link #features}, {@link #labels} and {@link #weights}; those
 * of a {@linkplain #isSparse sparse} store also in {@link #rowStarts}, {@link #columns} and {@link
 * #values}. Arrays are valid until the next mini-batch and are read only. They are reused, so that
 * {@code next} allocates nothing; but ask for features and sparse rows after each {@code next},
 * because their arrays may be replaced. {@link #labels} and {@link #weights} are always the same.
 */
public final class MiniBatches implements AutoCloseable {
  private static final int NOT_STARTED = -1;

  private final RowStore store;
  private final int maxRows;
  private final Windows windows;

  /**
   * Whether features are read in place where possible, because they are stored as needed: a copy
   * costs 5 % of a step.
   */
  private final boolean isInPlace;

  private final int[] labels;
  private final float[] weights;
  private final SparseBuffer sparse;

  /** Dense features of a mini-batch that is not read in place; created when needed. */
  private float[] copied;

  /** Those of the next mini-batch, as far as they are loaded ahead; created when needed. */
  private float[] copiedAhead;

  /** Rows of the next mini-batch whose features are loaded ahead. */
  private int rowsAhead;

  private Window window;
  private float[] features;
  private int featuresAt;
  private long position = NOT_STARTED;

  /** Rows of the current mini-batch. */
  private int rows;

  /**
   * @param batchSize rows of a full mini-batch, at least 1; the last one of an epoch may be smaller
   * @param seed the run's seed, the same on all ranks
   * @param rank makes the order of this rank different from that of others
   */
  public MiniBatches(RowStore store, int batchSize, RowOrder rowOrder, long seed, int rank) {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "batchSize must be at least 1, found batchSize=" + batchSize);
    }
    this.store = Objects.requireNonNull(store, "store");
    this.maxRows = (int) Math.max(1, Math.min(batchSize, store.count()));
    this.windows = new Windows(store, Objects.requireNonNull(rowOrder, "rowOrder"), seed, rank);
    this.isInPlace = rowOrder == RowOrder.FIXED && store.shape().kind() == Shape.Kind.FLOATS;
    this.labels = new int[maxRows];
    this.weights = new float[maxRows];
    this.sparse = new SparseBuffer(store.rowLength(), store.isSparse() ? maxRows : 0, 0);
    this.features = isInPlace || store.isSparse() ? new float[0] : copied();
  }

  /** Mini-batches of the rows in their own order, for evaluation; they need no seed. */
  public static MiniBatches inOrder(RowStore store, int batchSize) {
    return new MiniBatches(store, batchSize, RowOrder.FIXED, 0, 0);
  }

  /** Rows of the largest mini-batch: at least 1, at most the number of rows. */
  public int maxRows() {
    return maxRows;
  }

  /** Features of one row. */
  public int rowLength() {
    return store.rowLength();
  }

  /** Whether a mini-batch is served as nonzero values, too. */
  public boolean isSparse() {
    return store.isSparse();
  }

  /**
   * Moves to the first mini-batch of an epoch.
   *
   * @param epoch any number; the same number gives the same order
   */
  public void startEpoch(int epoch) {
    startEpoch(epoch, 0);
  }

  /**
   * Moves to a mini-batch inside an epoch; those that follow are the same as without skipping.
   *
   * @param skippedRows rows of the mini-batches before it; if the store has fewer, the epoch is
   *     over
   */
  public void startEpoch(int epoch, long skippedRows) {
    if (skippedRows < store.count()) {
      windows.startEpoch(epoch, skippedRows);
    } else {
      windows.startEpoch(epoch + 1, 0); // no row of this epoch is needed
    }
    window = null;
    rowsAhead = 0;
    position = Math.min(skippedRows, store.count());
    rows = 0;
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
    rows = (int) Math.min(maxRows, store.count() - position);
    position += rows;
    sparse.clear();
    featuresAt = 0;
    for (int filled = 0; filled < rows; ) {
      if (window == null || window.left() == 0) {
        window = windows.next();
      }
      int count = Math.min(rows - filled, window.left());
      take(count, filled);
      filled += count;
    }
    return rows;
  }

  /**
   * Loads the features of a few rows of the next mini-batch, a part of the work of {@link #next}.
   * The current mini-batch stays valid. Waits for nothing: rows of another window are not loaded
   * ahead, nor are rows that are not copied.
   *
   * @return whether there is more to do
   */
  public boolean loadAhead() {
    if (isInPlace || store.isSparse() || window == null) {
      return false;
    }
    int next = (int) Math.min(maxRows, store.count() - position);
    if (rowsAhead == next || window.left() < next) {
      return false;
    }
    if (copiedAhead == null) {
      copiedAhead = new float[copied().length];
    }
    int count = Math.min(Window.ROWS_TOUCHED_AT_ONCE, next - rowsAhead);
    window.features(rowsAhead, count, copiedAhead, rowsAhead);
    rowsAhead += count;
    return rowsAhead < next;
  }

  /** Takes rows from the window as rows {@code filled} and following of the mini-batch. */
  private void take(int count, int filled) {
    window.labels(count, labels, weights, filled);
    if (store.isSparse()) {
      window.features(count, sparse);
    } else if (isInPlace && count == rows && window.isContiguous()) {
      Block block = window.block(0);
      features = ((Features.Floats) block.features()).values();
      featuresAt = window.row(block, 0) * store.rowLength();
    } else {
      if (rowsAhead > 0) {
        float[] last = copied;
        copied = copiedAhead;
        copiedAhead = last;
      }
      features = copied();
      if (rowsAhead < count) {
        window.features(rowsAhead, count - rowsAhead, features, filled + rowsAhead);
      }
      rowsAhead = 0;
    }
    window.skip(count);
  }

  private float[] copied() {
    if (copied == null) {
      copied = new float[Math.multiplyExact(maxRows, store.rowLength())];
    }
    return copied;
  }

  /**
   * Features of the mini-batch, row-major {@code [count, rowLength]} from {@link #featuresAt} on.
   * For sparse rows they are computed by this call, in an array that is created by the first call.
   */
  public float[] features() {
    if (store.isSparse()) {
      features = copied();
      int length = rows * store.rowLength();
      sparse.features().copyTo(0, features, 0, length);
    }
    return features;
  }

  /** Index in {@link #features} at which the mini-batch begins. */
  public int featuresAt() {
    return featuresAt;
  }

  /**
   * Where each sparse row's values start in {@link #values}, from 0 on, then where the last row's
   * end.
   */
  public int[] rowStarts() {
    return sparse.rowStarts();
  }

  /** The column of each of the {@link #values}, in increasing order within a row. */
  public int[] columns() {
    return sparse.columns();
  }

  /** The nonzero features of a sparse mini-batch, row by row. */
  public float[] values() {
    return sparse.values();
  }

  /** Class of each row of the mini-batch, from 0 on. */
  public int[] labels() {
    return labels;
  }

  /** Weight of each row of the mini-batch, from 0 on. */
  public float[] weights() {
    return weights;
  }

  /** Ends reading ahead. The store stays open. */
  @Override
  public void close() {
    windows.close();
  }
}
