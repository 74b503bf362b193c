package io.syncnorm.data.shard;

import io.syncnorm.data.Piece;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The rows of one rank for one purpose, by position: blocks in memory within a {@link Budget}, and
 * the others in a file. Read only, so that several threads may share it. If it is not closed, its
 * memory and its file are freed when it is unreachable.
 */
public final class RowStore implements AutoCloseable {
  static final Cleaner CLEANER = Cleaner.create();

  private final Shape shape;
  private final RowLayout layout;

  /** The blocks in memory, which are the first ones. */
  private final Block[] blocks;

  /** Bytes of the features of the largest block on disk. */
  private final long blockFeatures;

  /** What the store must free. */
  final Holdings holdings;

  private final Cleaner.Cleanable cleanable;

  /** Receives the rows of a store, in any order. Not thread-safe. */
  public interface Builder extends AutoCloseable {
    /**
     * Copies rows to their positions.
     *
     * @throws IllegalStateException if a position has a row already
     * @throws IllegalArgumentException if a position is outside the shard, or a row is of another
     *     length or cannot be stored in the shape's kind
     * @throws io.syncnorm.data.DataException if rows cannot be written to disk
     */
    void add(Piece piece);

    /**
     * Returns the store, after the last piece.
     *
     * @throws IllegalStateException if a position has no row
     */
    RowStore finish();

    /** Frees memory and file, unless the store was finished. */
    @Override
    void close();
  }

  RowStore(Shape shape, RowLayout layout, Block[] blocks, long blockFeatures, Holdings holdings) {
    this.shape = shape;
    this.layout = layout;
    this.blocks = blocks;
    this.blockFeatures = blockFeatures;
    this.holdings = holdings;
    this.cleanable = CLEANER.register(this, holdings);
  }

  /** A store of rows in memory, in their order. The arrays are not copied. */
  public static RowStore of(Rows rows) {
    return of(rows, RowLayout.of(Shape.of(rows)));
  }

  static RowStore of(Rows rows, RowLayout layout) {
    Block[] blocks = new Block[layout.blocks()];
    for (int i = 0; i < blocks.length; i++) {
      int first = i * layout.blockRows();
      blocks[i] = Block.inOrder(rows.features(), rows.labels(), rows.weights(), first);
    }
    return new RowStore(Shape.of(rows), layout, blocks, 0, new Holdings(new Budget(0)));
  }

  /**
   * Starts a store of rows that arrive in pieces.
   *
   * @param order the order in which a training reads the rows; if they do not fit into the budget,
   *     a part of it is for the windows that this takes
   * @param budget memory for the rows, shared with other stores
   * @param folder folder for the file; asked only if rows do not fit into the budget
   */
  public static Builder builder(Shape shape, RowOrder order, Budget budget, Supplier<Path> folder) {
    return builder(new Footprint(shape, RowLayout.of(shape), order), budget, folder);
  }

  static Builder builder(Footprint footprint, Budget budget, Supplier<Path> folder) {
    return new StoreBuilder(footprint, budget, folder);
  }

  /**
   * The least memory that a training needs for rows, whatever the budget is: one window, and one
   * block if it recalibrates; or all rows if they are fewer.
   */
  public static long leastBytes(Shape shape, RowOrder order) {
    Footprint footprint = new Footprint(shape, RowLayout.of(shape), order);
    return Math.min(
        footprint.inMemory(shape.rows()), footprint.leastReading(footprint.blockFeatures()));
  }

  /** The number of rows. */
  public long count() {
    return shape.rows();
  }

  /** Features of one row. */
  public int rowLength() {
    return shape.rowLength();
  }

  /** Whether rows are stored, and served in mini-batches, as their nonzero values. */
  public boolean isSparse() {
    return shape.kind() == Shape.Kind.SPARSE;
  }

  Shape shape() {
    return shape;
  }

  RowLayout layout() {
    return layout;
  }

  /** Whether some blocks are on disk. */
  boolean isOnDisk() {
    return blocks.length < layout.blocks();
  }

  boolean isInMemory(int block) {
    return block < blocks.length;
  }

  /** A block in memory. */
  Block block(int number) {
    return blocks[number];
  }

  /**
   * Reads a block from disk.
   *
   * @throws io.syncnorm.data.DataException if that fails, or the store is closed
   */
  Block read(int number, BlockBuffer into) {
    holdings.file().read(number, into);
    return into.block();
  }

  /** Memory for a block that is read from disk. */
  BlockBuffer buffer() {
    return BlockBuffer.appending(shape, layout.blockRows(), blockFeatures);
  }

  /** Blocks of a window. */
  int windowBlocks(RowOrder order) {
    return footprint(order).windowBlocks(order);
  }

  /**
   * Reserves memory for a reader's windows, which {@link Holdings#giveBack} returns.
   *
   * @return the bytes of two windows, or of one if there is not as much or one has all rows
   */
  long lease(RowOrder order) {
    Footprint footprint = footprint(order);
    return isOnDisk()
        ? holdings.lease(
            footprint.pair(order, blockFeatures), footprint.window(order, blockFeatures))
        : 0;
  }

  /** Whether a lease is for two windows. */
  boolean isPair(RowOrder order, long leased) {
    return leased > footprint(order).window(order, blockFeatures);
  }

  private Footprint footprint(RowOrder order) {
    return new Footprint(shape, layout, order);
  }

  /** Frees the rows. Mini-batches of this store must not be used afterwards. */
  @Override
  public void close() {
    cleanable.clean();
  }
}
