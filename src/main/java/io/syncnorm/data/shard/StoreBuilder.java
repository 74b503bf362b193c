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
 * Puts rows at their places. The first blocks are in memory, as many as the budget admits beside
 * the windows that are read; rows of the others are collected in a buffer per block and appended to
 * the file when it is full. If sparse blocks become larger than expected, the last ones in memory
 * move to disk.
 */
final class StoreBuilder implements RowStore.Builder {
  private static final long BUFFER_BYTES = 1 << 16;
  private static final long SMALLEST_BUFFER_BYTES = 1 << 12;

  private final Footprint footprint;
  private final Shape shape;
  private final RowLayout layout;
  private final Holdings holdings;
  private final Supplier<Path> folder;

  /** The number of blocks in memory; sparse blocks larger than expected make it smaller. */
  private int inMemory;

  /** The blocks in memory, then the buffers of the others; null before their first row. */
  private final BlockBuffer[] buffers;

  /** Bytes of each sparse block in memory beyond those that were expected. */
  private final long[] excess;

  /** The places of each block that have a row; null before its first and after its last row. */
  private final BitSet[] taken;

  private final int[] counts;

  /** Reserved bytes that are for readers; before there are any, buffers use them. */
  private long reading;

  private RowFile file;
  private long rows;

  StoreBuilder(Footprint footprint, Budget budget, Supplier<Path> folder) {
    this.footprint = footprint;
    this.shape = footprint.shape();
    this.layout = footprint.layout();
    this.holdings = new Holdings(budget);
    this.folder = folder;
    this.buffers = new BlockBuffer[layout.blocks()];
    this.excess = new long[layout.blocks()];
    this.taken = new BitSet[layout.blocks()];
    this.counts = new int[layout.blocks()];
    RowStore.CLEANER.register(this, holdings);
    this.inMemory = reserve();
  }

  /** Reserves memory for readers and for blocks, and returns the number of blocks in memory. */
  private int reserve() {
    int blocks = layout.blocks();
    if (holdings.tryReserve(footprint.inMemory(shape.rows()))) {
      return blocks;
    }
    reserveReading(footprint.blockFeatures());
    int kept = 0;
    while (kept < blocks && holdings.tryReserve(footprint.inMemory(layout.rowsOf(kept)))) {
      kept++;
    }
    return kept;
  }

  /**
   * Reserves memory for readers: for those that load ahead, or else what they need at least.
   *
   * @param blockFeatures bytes of the features of the largest block on disk
   */
  private void reserveReading(long blockFeatures) {
    long most = footprint.reading(blockFeatures) - reading;
    if (most > 0 && !holdings.tryReserve(most)) {
      most = Math.max(0, footprint.leastReading(blockFeatures) - reading);
      holdings.reserve(most);
    }
    reading += Math.max(0, most);
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
      if (block >= inMemory) {
        putOnDisk(block, place, from, features, row);
      } else {
        buffer(block).put(place, from, features, row);
        if (shape.kind() == Shape.Kind.SPARSE) {
          reserveExcess(block);
        }
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

  private void putOnDisk(int block, int place, Rows from, Features features, int row) {
    BlockBuffer buffer = buffer(block);
    buffer.put(place, from, features, row);
    if (buffer.isFull() || buffer.bytes() >= bufferBytes()) {
      append(block);
      if (buffer.featureMemory() > 2 * BUFFER_BYTES || counts[block] == layout.rowsOf(block)) {
        buffers[block] = null; // long rows would take as much memory as the block
      }
    }
  }

  private BlockBuffer buffer(int block) {
    if (buffers[block] == null) {
      int size = layout.rowsOf(block);
      if (block < inMemory) {
        buffers[block] = BlockBuffer.ofBlock(shape, size);
      } else {
        long most = Math.max(1, bufferBytes() / footprint.onDisk(1));
        buffers[block] = BlockBuffer.appending(shape, (int) Math.min(size, most));
      }
    }
    return buffers[block];
  }

  /** Bytes after which a buffer is written: all of them fit into the memory of the readers. */
  private long bufferBytes() {
    long share = reading / Math.max(1, layout.blocks() - inMemory);
    return Math.max(SMALLEST_BUFFER_BYTES, Math.min(BUFFER_BYTES, share));
  }

  /** Accounts for a sparse block that is larger than expected, or moves blocks to disk. */
  private void reserveExcess(int block) {
    long expected = (long) layout.rowsOf(block) * shape.averageBytes() + Integer.BYTES;
    long more = Math.max(0, buffers[block].featureMemory() - expected) - excess[block];
    while (block < inMemory && !holdings.tryReserve(more)) {
      moveToDisk();
    }
    excess[block] += block < inMemory ? more : 0;
  }

  /** Moves the last block in memory to disk. */
  private void moveToDisk() {
    int block = --inMemory;
    BlockBuffer moved = buffers[block];
    holdings.release(footprint.inMemory(layout.rowsOf(block)) + excess[block]);
    excess[block] = 0;
    buffers[block] = null;
    reserveReading(footprint.blockFeatures());
    if (moved != null) {
      moved.forEach(
          shape, (place, from, row) -> putOnDisk(block, place, from, from.features(), row));
    }
  }

  private void append(int block) {
    if (file == null) {
      long diskRows = shape.rows() - (long) inMemory * layout.blockRows();
      file = RowFile.in(folder.get(), layout.blocks(), footprint.onDisk(diskRows));
      holdings.own(file);
    }
    boolean hasRegion = shape.kind() != Shape.Kind.SPARSE;
    long first = (long) (block - inMemory) * layout.blockRows();
    file.append(block, buffers[block], hasRegion ? footprint.onDisk(first) : RowFile.AT_END);
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
      finishOnDisk(block);
    }
    long blockFeatures = footprint.blockFeatures();
    if (shape.kind() == Shape.Kind.SPARSE) {
      trim();
      blockFeatures = reserveActualReading();
    }
    Block[] blocks = new Block[inMemory];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = buffers[i].block();
    }
    holdings.spare(reading);
    return new RowStore(shape, layout, blocks, blockFeatures, holdings.transfer());
  }

  private void finishOnDisk(int block) {
    if (buffers[block] != null && buffers[block].rows() > 0) {
      append(block);
    }
    buffers[block] = null;
  }

  /** Frees what sparse blocks in memory do not need. */
  private void trim() {
    for (int block = 0; block < inMemory; block++) {
      buffers[block].trim();
      reserveExcess(block);
    }
  }

  /**
   * Reserves memory for readers of sparse blocks, whose size is known now. Moves blocks to disk if
   * there is not enough.
   *
   * @return bytes of the features of the largest block on disk
   */
  private long reserveActualReading() {
    while (file != null) {
      long largest = file.largestBlock() + Integer.BYTES;
      long more = footprint.reading(largest) + file.memory() - reading;
      if (more <= 0 || inMemory == 0 || holdings.tryReserve(more)) {
        reading += inMemory == 0 ? 0 : Math.max(0, more);
        reserveReading(largest);
        return largest;
      }
      moveToDisk();
      finishOnDisk(inMemory);
    }
    return 0;
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
