package io.syncnorm.data.shard;

import io.syncnorm.data.Shape;

/**
 * How the rows of a shard are divided: a block has rows of consecutive positions, a window several
 * blocks. It depends on the rows alone and never on the memory that is available, and so does the
 * order of an epoch.
 *
 * @param rows rows of the shard
 * @param blockRows rows of a block, at least 1; the last one may have fewer
 * @param windowBlocks blocks of a window, at least 1; the last one may have fewer
 */
record RowLayout(long rows, int blockRows, int windowBlocks) {
  private static final long BLOCK_BYTES = 8L << 20;
  private static final long WINDOW_BYTES = 64L << 20;

  /** A block costs a buffer while rows are loaded, so a huge shard has larger blocks. */
  private static final long MOST_BLOCKS = 4096;

  /** Label, weight and position. */
  private static final int OTHER_BYTES_OF_ROW = 12;

  private static final int MOST_BLOCK_ROWS = 1 << 28;
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  static RowLayout of(Shape shape) {
    long rowBytes = shape.averageBytes() + OTHER_BYTES_OF_ROW;
    long rows = Math.max(BLOCK_BYTES / rowBytes, divideUp(shape.rows(), MOST_BLOCKS));
    long most =
        shape.kind() == Shape.Kind.SPARSE ? MOST_BLOCK_ROWS : LONGEST_ARRAY / shape.rowLength();
    int blockRows = (int) Math.max(1, Math.min(rows, Math.min(most, MOST_BLOCK_ROWS)));
    long windowBlocks = Math.max(2, WINDOW_BYTES / (blockRows * rowBytes));
    return new RowLayout(shape.rows(), blockRows, (int) windowBlocks);
  }

  /** The number of blocks. */
  int blocks() {
    return Math.toIntExact(divideUp(rows, blockRows));
  }

  /** Rows of a block. */
  int rowsOf(int block) {
    return (int) Math.min(blockRows, rows - (long) block * blockRows);
  }

  /** Bits that hold a row's place in its block. */
  int placeBits() {
    return Integer.SIZE - Integer.numberOfLeadingZeros(blockRows - 1);
  }

  private static long divideUp(long value, long by) {
    return (value + by - 1) / by;
  }
}
