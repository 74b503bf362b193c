package io.syncnorm.data.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the order of an epoch over several windows. */
@Timeout(60)
class WindowsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 24, 25, 26, 97})
  void shouldServeEachRowOnceInEveryLayout(int rows) {
    int[] all = IntStream.range(0, rows).toArray();
    for (int blockRows : new int[] {1, 2, 5, 8, 100}) {
      for (int windowBlocks : new int[] {1, 2, 3, 7}) {
        RowLayout layout = new RowLayout(rows, blockRows, windowBlocks);
        for (RowStore store : new RowStore[] {inMemory(layout), onDisk(layout)}) {
          try (store;
              MiniBatches batches =
                  new MiniBatches(store, 4, RowOrder.RESHUFFLED_EACH_EPOCH, 42, 1)) {
            for (int epoch = 0; epoch < 3; epoch++) {
              int[] order = order(batches, rows, epoch);
              Arrays.sort(order);
              assertArrayEquals(all, order, layout::toString);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldServeTheSameRowsAfterSkippedOnes(RowOrder rowOrder) {
    int rows = 47;
    for (RowLayout layout :
        List.of(
            new RowLayout(rows, 5, 2), new RowLayout(rows, 8, 1), new RowLayout(rows, 100, 1))) {
      for (RowStore store : new RowStore[] {inMemory(layout), onDisk(layout)}) {
        try (store;
            MiniBatches batches = new MiniBatches(store, 4, rowOrder, 42, 1)) {
          int[] first = order(batches, rows, 1);
          int[] second = order(batches, rows, 2);
          for (int skipped = 0; skipped < rows + 4; skipped += 4) {
            batches.startEpoch(3);
            batches.next(); // left early
            batches.startEpoch(2, skipped);
            int[] rest = Arrays.copyOfRange(second, Math.min(skipped, rows), rows);
            assertArrayEquals(rest, rest(batches, rest.length), layout + " " + skipped);
          }
          assertArrayEquals(first, order(batches, rows, 1));
        }
      }
    }
  }

  /** Two of the other 11 blocks join a block in its window, so a pair shares 2 of 11 windows. */
  @Test
  void shouldLetEveryPairOfBlocksShareAWindowEquallyOften() {
    int blocks = 12;
    int windowBlocks = 3;
    int epochs = 4_000;
    int[][] shared = new int[blocks][blocks];
    RowStore store = inMemory(new RowLayout(blocks, 1, windowBlocks));
    try (MiniBatches batches =
        new MiniBatches(store, blocks, RowOrder.RESHUFFLED_EACH_EPOCH, 42, 0)) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        int[] order = order(batches, blocks, epoch);
        for (int i = 0; i < blocks; i++) {
          for (int j = 0; j < blocks; j++) {
            shared[order[i]][order[j]] += i / windowBlocks == j / windowBlocks ? 1 : 0;
          }
        }
      }
    }
    double expected = epochs * (windowBlocks - 1) / (blocks - 1.0);
    double fiveDeviations = 5 * Math.sqrt(expected * (1 - expected / epochs));
    for (int i = 0; i < blocks; i++) {
      for (int j = 0; j < i; j++) {
        assertEquals(expected, shared[i][j], fiveDeviations, i + ", " + j);
      }
    }
  }

  private static int[] order(MiniBatches batches, int count, int epoch) {
    batches.startEpoch(epoch);
    return rest(batches, count);
  }

  private static int[] rest(MiniBatches batches, int count) {
    int[] order = new int[count];
    int at = 0;
    for (int rows = batches.next(); rows > 0; rows = batches.next()) {
      System.arraycopy(batches.labels(), 0, order, at, rows);
      at += rows;
    }
    assertEquals(count, at);
    return order;
  }

  private static RowStore inMemory(RowLayout layout) {
    return RowStore.of(rows(layout), layout);
  }

  private RowStore onDisk(RowLayout layout) {
    Rows rows = rows(layout);
    try (RowStore.Builder builder =
        RowStore.builder(
            new Footprint(Shape.of(rows), layout, RowOrder.RESHUFFLED_EACH_EPOCH),
            new Budget(0),
            () -> folder)) {
      builder.add(new Piece(Part.TRAINING, LongStream.range(0, rows.count()).toArray(), rows));
      return builder.finish();
    }
  }

  /** Rows whose label is their position. */
  private static Rows rows(RowLayout layout) {
    int count = (int) layout.rows();
    return new Rows(1, new Features.Floats(new float[count]), IntStream.range(0, count).toArray());
  }
}
