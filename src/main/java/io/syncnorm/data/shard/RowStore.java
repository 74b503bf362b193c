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

  RowStore(Shape shape, RowLayout layout, Block[] blocks, Holdings holdings) {
    this.shape = shape;
    this.layout = layout;
    this.blocks = blocks;
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
    return new RowStore(Shape.of(rows), layout, blocks, new Holdings(new Budget(0)));
  }

  /**
   * Starts a store of rows that arrive in pieces.
   *
   * @param budget memory for its rows, shared with other stores
   * @param folder folder for the file; asked only if rows do not fit into the budget
   */
  public static Builder builder(Shape shape, Budget budget, Supplier<Path> folder) {
    return builder(shape, RowLayout.of(shape), budget, folder);
  }

  static Builder builder(Shape shape, RowLayout layout, Budget budget, Supplier<Path> folder) {
    return new StoreBuilder(shape, layout, budget, folder);
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
    holdings.file().read(number - blocks.length, into);
    return into.block();
  }

  /** Frees the rows. Mini-batches of this store must not be used afterwards. */
  @Override
  public void close() {
    cleanable.clean();
  }
}
