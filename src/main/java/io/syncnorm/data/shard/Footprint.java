package io.syncnorm.data.shard;

import io.syncnorm.data.Shape;

/**
 * How much memory the rows of a store take, with everything that belongs to them.
 *
 * <pre>
 * in memory    features, label, weight, order; of sparse rows also place and row of the place
 * in a window  features, label, weight, order, place, row of the place
 * in the file  features, label, weight, place
 * </pre>
 *
 * <p>A store with rows on disk is read by a training, and by one reader in the order of the rows,
 * which recalibrates. They need {@link #reading} bytes, or at least {@link #leastReading}.
 *
 * @param order the order of the training, or of the only reader
 */
record Footprint(Shape shape, RowLayout layout, RowOrder order) {
  private static final int INDEX = Integer.BYTES;
  private static final long CHUNK_BYTES = 1 << 16;

  /** Bytes of rows that are in memory and are served in place. */
  long inMemory(long rows) {
    int places = shape.kind() == Shape.Kind.SPARSE ? 2 * INDEX : 0;
    return rows * (shape.averageBytes() + others() + INDEX + places);
  }

  /** Bytes of rows in a file. */
  long onDisk(long rows) {
    return rows * (shape.averageBytes() + others() + INDEX);
  }

  /** Bytes of a window's rows beside their features. */
  private long indices(long rows) {
    return rows * (others() + 3 * INDEX);
  }

  private int others() {
    return INDEX + (shape.isWeighted() ? Float.BYTES : 0);
  }

  /** Blocks of a window; in order, one block after the other gives the same rows as several. */
  int windowBlocks(RowOrder readOrder) {
    int most = readOrder == RowOrder.FIXED ? 1 : layout.windowBlocks();
    return Math.max(1, Math.min(layout.blocks(), most));
  }

  /**
   * Bytes of a window.
   *
   * @param blockFeatures bytes of the features of the largest block on disk
   */
  long window(RowOrder readOrder, long blockFeatures) {
    int blocks = windowBlocks(readOrder);
    long rows = Math.min(shape.rows(), (long) blocks * layout.blockRows());
    return blocks * blockFeatures + indices(rows);
  }

  /** Bytes of a window that is read, and of the next one that is loaded meanwhile. */
  long pair(RowOrder readOrder, long blockFeatures) {
    int windows = layout.blocks() > windowBlocks(readOrder) ? 2 : 1;
    return windows * window(readOrder, blockFeatures);
  }

  /** Bytes of all readers that load the next window while they read one. */
  long reading(long blockFeatures) {
    long inOrder = order == RowOrder.FIXED ? 0 : pair(RowOrder.FIXED, blockFeatures);
    return pair(order, blockFeatures) + inOrder + chunk();
  }

  /** Bytes of all readers that have one window only, and wait for the next one. */
  long leastReading(long blockFeatures) {
    long inOrder = order == RowOrder.FIXED ? 0 : window(RowOrder.FIXED, blockFeatures);
    return window(order, blockFeatures) + inOrder + chunk();
  }

  /** Bytes of the memory through which rows are read and written. */
  private long chunk() {
    return Math.max(CHUNK_BYTES, onDisk(1));
  }

  /** Expected bytes of the features of a block. */
  long blockFeatures() {
    return Math.min(shape.rows(), layout.blockRows()) * shape.averageBytes();
  }
}
