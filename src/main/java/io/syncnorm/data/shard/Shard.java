package io.syncnorm.data.shard;

import java.util.Locale;

/**
 * One rank's share of the data. Either share may be empty.
 *
 * @param rank 0 to {@code world - 1}
 * @param world the number of ranks, at least 1
 * @param training the rows that the rank trains on
 * @param test the rows that the rank evaluates, rows {@code rank, rank + world, ...} of all test
 *     rows
 */
public record Shard(int rank, int world, RowStore training, RowStore test)
    implements AutoCloseable {
  /**
   * @throws IllegalArgumentException if the rank is outside the world, or rows differ in length
   */
  public Shard {
    if (rank < 0 || rank >= world) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "rank must be 0 to world - 1, found rank=%d, world=%d", rank, world));
    }
    if (training.rowLength() != test.rowLength()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "training and test rows must have the same length, found training=%d, test=%d",
              training.rowLength(),
              test.rowLength()));
    }
  }

  /** Frees the rows. */
  @Override
  public void close() {
    training.close();
    test.close();
  }
}
