package io.syncnorm.data.deal;

import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Rows;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** Cuts blocks of rows into the pieces of the ranks. */
public final class Pieces {
  private Pieces() {}

  /**
   * Cuts a block into one piece for each rank that gets rows of it.
   *
   * @param places of the rows, in their order
   * @param world the number of ranks
   * @return pieces by rank
   */
  public static SortedMap<Integer, Piece> cut(Part part, Rows rows, long[] places, int world) {
    int[] counts = new int[world];
    for (long place : places) {
      counts[Deal.rank(place)]++;
    }
    int[][] orders = new int[world][];
    Arrays.setAll(orders, rank -> new int[counts[rank]]);
    int[] filled = new int[world];
    for (int row = 0; row < places.length; row++) {
      int rank = Deal.rank(places[row]);
      orders[rank][filled[rank]++] = row;
    }
    SortedMap<Integer, Piece> pieces = new TreeMap<>();
    for (int rank = 0; rank < world; rank++) {
      if (counts[rank] > 0) {
        long[] positions =
            Arrays.stream(orders[rank]).mapToLong(row -> Deal.position(places[row])).toArray();
        pieces.put(rank, new Piece(part, positions, rows.pick(orders[rank])));
      }
    }
    return pieces;
  }
}
