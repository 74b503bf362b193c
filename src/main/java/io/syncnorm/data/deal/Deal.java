package io.syncnorm.data.deal;

import java.io.Serializable;
import java.util.Locale;

/**
 * The rank and position of every row: a bijection from the numbers of the rows to the places in the
 * shards. It holds counts only, so any task can deal any row.
 */
public interface Deal extends Serializable {
  /** Bits of a place that hold the position; the upper ones hold the rank. */
  int POSITION_BITS = 48;

  /** The most ranks whose numbers fit into the upper bits. */
  int MAX_WORLD = 1 << (Long.SIZE - POSITION_BITS);

  /** Number of ranks. */
  int world();

  /** Number of rows of a rank's shard. */
  long rows(int rank);

  /**
   * Returns the place of a row, to be read with {@link #rank} and {@link #position}.
   *
   * @param number the row's place among all rows, in the order of the source, from 0
   * @param label class of the row
   * @param ordinal the row's place among the rows of its label, in the order of the source, from 0
   */
  long place(long number, int label, long ordinal);

  /**
   * @throws IllegalArgumentException if there is no such world
   */
  static void requireWorld(int world) {
    if (world < 1 || world > MAX_WORLD) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "world must be 1 to %d, found world=%d", MAX_WORLD, world));
    }
  }

  /** The rank of a place. */
  static int rank(long place) {
    return (int) (place >>> POSITION_BITS);
  }

  /** The position of a place in its rank's shard. */
  static long position(long place) {
    return place & ((1L << POSITION_BITS) - 1);
  }

  /** The place at a position of a rank's shard. */
  static long placeOf(int rank, long position) {
    return (long) rank << POSITION_BITS | position;
  }
}
