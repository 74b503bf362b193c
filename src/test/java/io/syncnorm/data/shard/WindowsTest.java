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
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
    int[] order = new int[count];
    int at = 0;
    batches.startEpoch(epoch);
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
