package io.syncnorm.data.shard;

import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.data.deal.Dealing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Deals rows that are already in memory. */
public final class Sharding {
  private Sharding() {}

  /**
   * Deals training rows by a rule and test rows in order. No row is dropped; ranks that get no rows
   * have empty shards.
   *
   * @param world the number of ranks, at least 1
   * @return the shards in rank order
   * @throws IllegalArgumentException if training and test rows differ in length
   */
  public static List<Shard> deal(Rows training, Rows test, int world, long seed, Dealing dealing) {
    List<Rows> trainingOf = deal(training, world, seed, dealing);
    List<Rows> testOf = deal(test, world, seed, Dealing.IN_ORDER);
    return IntStream.range(0, world)
        .mapToObj(
            rank ->
                new Shard(
                    rank, world, RowStore.of(trainingOf.get(rank)), RowStore.of(testOf.get(rank))))
        .toList();
  }

  /** Returns copies of the rows that each rank gets, in the order of their positions. */
  public static List<Rows> deal(Rows rows, int world, long seed, Dealing dealing) {
    long[] rowsByLabel = rowsByLabel(rows);
    Deal deal = dealing.deal(rowsByLabel, world, seed);
    List<int[]> rowsOf = new ArrayList<>(world);
    for (int rank = 0; rank < world; rank++) {
      rowsOf.add(new int[(int) deal.rows(rank)]);
    }
    long[] ordinals = new long[rowsByLabel.length];
    for (int row = 0; row < rows.count(); row++) {
      int label = rows.label(row);
      long place = deal.place(row, label, ordinals[label]++);
      rowsOf.get(Deal.rank(place))[(int) Deal.position(place)] = row;
    }
    return rowsOf.stream().map(rows::pick).toList();
  }

  /** A store in memory with blocks and windows of a given size. */
  public static RowStore windowed(Rows rows, int blockRows, int windowBlocks) {
    return RowStore.of(rows, new RowLayout(rows.count(), blockRows, windowBlocks));
  }

  /** Returns the number of rows of each label, from label 0 to the largest. */
  public static long[] rowsByLabel(Rows rows) {
    int[] labels = IntStream.range(0, rows.count()).map(rows::label).toArray();
    long[] counts = new long[Arrays.stream(labels).max().orElse(-1) + 1];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }
}
