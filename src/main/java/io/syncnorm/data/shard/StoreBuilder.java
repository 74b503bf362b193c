package io.syncnorm.data.shard;

import io.syncnorm.data.Conversion;
import io.syncnorm.data.Features;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Puts rows at their places. The first blocks are in memory, as many as the budget admits; rows of
 * the others are collected in a buffer per block and appended to the file when it is full.
 */
final class StoreBuilder implements RowStore.Builder {
  private static final long BUFFER_BYTES = 1 << 16;
  private static final long SMALLEST_BUFFER_BYTES = 1 << 12;

  private final Shape shape;
  private final RowLayout layout;
  private final Holdings holdings;
  private final Supplier<Path> folder;

  /** Bytes of a row beside its features. */
  private final int otherBytes;

  /** The number of blocks in memory. */
  private final int inMemory;

  /** The blocks in memory, then the buffers of the others; null before their first row. */
  private final BlockBuffer[] buffers;

  /** The places of each block that have a row; null before its first and after its last row. */
  private final BitSet[] taken;

  private final int[] counts;
  private long bufferBytes = BUFFER_BYTES;
  private RowFile file;
  private long rows;

  StoreBuilder(Shape shape, RowLayout layout, Budget budget, Supplier<Path> folder) {
    this.shape = shape;
    this.layout = layout;
    this.holdings = new Holdings(budget);
    this.folder = folder;
    this.otherBytes = 2 * Integer.BYTES + (shape.isWeighted() ? Float.BYTES : 0);
    this.buffers = new BlockBuffer[layout.blocks()];
    this.taken = new BitSet[layout.blocks()];
    this.counts = new int[layout.blocks()];
    RowStore.CLEANER.register(this, holdings);
    this.inMemory = reserve();
  }

  /** Reserves memory for blocks and buffers, and returns the number of blocks in memory. */
  private int reserve() {
    int blocks = layout.blocks();
    if (holdings.tryReserve(rowBytes(shape.rows()))) {
      return blocks;
    }
    int kept = 0;
    while (kept < blocks && holdings.tryReserve(rowBytes(layout.rowsOf(kept)))) {
      kept++;
    }
    while (kept > 0 && !holdings.tryReserve((blocks - kept) * BUFFER_BYTES)) {
      kept--;
      holdings.release(rowBytes(layout.rowsOf(kept)));
    }
    if (kept == 0) {
      long share = holdings.free() / blocks;
      bufferBytes = Math.max(SMALLEST_BUFFER_BYTES, Math.min(BUFFER_BYTES, share));
      holdings.reserve(blocks * bufferBytes);
    }
    return kept;
  }

  private long rowBytes(long count) {
    return count * (shape.averageBytes() + otherBytes);
  }

  @Override
  public void add(Piece piece) {
    Rows from = piece.rows();
    if (from.rowLength() != shape.rowLength()
        || (from.weights().length > 0 && !shape.isWeighted())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a piece must have rows of the shard's shape: expected rowLength=%d, weighted=%s,"
                  + " found rowLength=%d, weighted=%s",
              shape.rowLength(),
              shape.isWeighted(),
              from.rowLength(),
              from.weights().length > 0));
    }
    Features features = Conversion.to(shape.kind(), from);
    for (int row = 0; row < from.count(); row++) {
      int block = take(piece.positions()[row]);
      int place = (int) (piece.positions()[row] % layout.blockRows());
      BlockBuffer buffer = buffer(block);
      buffer.put(place, from, features, row);
      if (block >= inMemory && (buffer.isFull() || buffer.bytes() >= bufferBytes)) {
        append(block);
      }
    }
    rows += from.count();
  }

  /** Marks a position as taken and returns its block. */
  private int take(long position) {
    if (position < 0 || position >= shape.rows()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a position must be in the shard: expected 0 to %d, found position=%d",
              shape.rows() - 1,
              position));
    }
    int block = (int) (position / layout.blockRows());
    int place = (int) (position % layout.blockRows());
    int size = layout.rowsOf(block);
    if (taken[block] == null && counts[block] == 0) {
      taken[block] = new BitSet(size);
    }
    if (counts[block] == size || taken[block].get(place)) {
      throw new IllegalStateException(
          "two rows have the same position in the shard: position=" + position);
    }
    taken[block].set(place);
    if (++counts[block] == size) {
      taken[block] = null;
    }
    return block;
  }

  private BlockBuffer buffer(int block) {
    if (buffers[block] == null) {
      int size = layout.rowsOf(block);
      if (block < inMemory) {
        buffers[block] = BlockBuffer.ofBlock(shape, size);
      } else {
        long most = Math.max(1, bufferBytes / (shape.averageBytes() + otherBytes));
        buffers[block] = BlockBuffer.appending(shape, (int) Math.min(size, most));
      }
    }
    return buffers[block];
  }

  private void append(int block) {
    if (file == null) {
      long diskRows = shape.rows() - (long) inMemory * layout.blockRows();
      file = RowFile.in(folder.get(), layout.blocks() - inMemory, rowBytes(diskRows));
      holdings.own(file);
    }
    int number = block - inMemory;
    boolean hasRegion = shape.kind() != Shape.Kind.SPARSE;
    file.append(
        number,
        buffers[block],
        hasRegion ? rowBytes((long) number * layout.blockRows()) : RowFile.AT_END);
    buffers[block].clear();
  }

  @Override
  public RowStore finish() {
    if (rows < shape.rows()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "rows of the shard are missing: expected rows=%d, found rows=%d; the first missing"
                  + " one has position=%d",
              shape.rows(),
              rows,
              firstMissing()));
    }
    for (int block = inMemory; block < buffers.length; block++) {
      if (buffers[block].rows() > 0) {
        append(block);
      }
      buffers[block] = null;
    }
    if (inMemory < buffers.length) {
      holdings.release((buffers.length - inMemory) * bufferBytes);
    }
    Block[] blocks = new Block[inMemory];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = buffers[i].block();
    }
    return new RowStore(shape, layout, blocks, holdings.transfer());
  }

  private long firstMissing() {
    int block = 0;
    while (counts[block] == layout.rowsOf(block)) {
      block++;
    }
    int place = counts[block] == 0 ? 0 : taken[block].nextClearBit(0);
    return (long) block * layout.blockRows() + place;
  }

  @Override
  public void close() {
    holdings.run();
  }
}
