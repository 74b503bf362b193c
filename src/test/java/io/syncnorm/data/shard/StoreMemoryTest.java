package io.syncnorm.data.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.data.Conversion;
import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Seeds;
import io.syncnorm.data.Shape;
import io.syncnorm.data.SparseBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ranks of a process hold in memory for rows stays within the budget. */
@Timeout(120)
class StoreMemoryTest {
  private static final int LENGTH = 256;
  private static final int ROWS = 20_000;

  /** 20 blocks, in windows of 4. */
  private static final RowLayout LAYOUT = new RowLayout(ROWS, 1_000, 4);

  /** Objects that are no rows: threads, tables of chunks, mini-batches. */
  private static final long OTHERS = 256 << 10;

  private static final int COLLECTIONS = 3;

  @TempDir private Path folder;

  @Slow
  @ParameterizedTest
  @EnumSource
  void shouldReserveWhatTheRanksHold(Shape.Kind kind) {
    Rows rows = rows(kind, 16);
    for (int ranks : new int[] {1, 3}) {
      Footprint footprint = footprint(Shape.of(rows));
      long reading = ranks * footprint.reading(largest(footprint));
      for (long bytes : new long[] {reading + (1 << 19), reading + (1 << 20)}) {
        Budget budget = new Budget(bytes);
        List<AutoCloseable> open = new ArrayList<>();
        long before = heap();
        for (int rank = 0; rank < ranks; rank++) {
          RowStore store = build(rows, footprint, budget.share(ranks));
          assertTrue(store.isOnDisk());
          open.add(store);
          open.addAll(readers(store, rank));
          assertTrue(budget.used() <= bytes, budget::toString);
        }
        assertHeld(bytes + ranks * OTHERS, before, budget);
        close(open);
        assertEquals(bytes, budget.free());
      }
    }
  }

  /** Blocks on disk may be larger than the average over all ranks says. */
  private static long largest(Footprint footprint) {
    return footprint.blockFeatures() * 5 / 4;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void shouldNeedOneWindowAndOneBlockWhateverTheBudgetIs(int ranks) {
    Rows rows = rows(Shape.Kind.PIXELS, 0);
    Footprint footprint = footprint(Shape.of(rows));
    long least = footprint.leastReading(footprint.blockFeatures());
    assertTrue(least < footprint.inMemory(5 * 1_000 + 1_000), "one window and one block");
    Budget budget = new Budget(0);
    List<AutoCloseable> open = new ArrayList<>();
    long before = heap();
    for (int rank = 0; rank < ranks; rank++) {
      RowStore store = build(rows, footprint, budget.share(ranks));
      open.add(store);
      open.addAll(readers(store, rank));
      assertEquals((rank + 1) * least, budget.used());
    }
    assertHeld(ranks * (least + OTHERS), before, budget);
    close(open);
    assertEquals(0, budget.used());
  }

  @Test
  void shouldMoveSparseBlocksToDiskThatAreLargerThanExpected() {
    Rows rows = rows(Shape.Kind.SPARSE, 32);
    Shape expected = Shape.sparse(LENGTH, false, ROWS, 8); // the rows of other ranks have fewer
    Footprint footprint = footprint(expected);
    RowStore all = RowStore.of(rows, LAYOUT);
    Budget large = new Budget(1 << 30);
    try (RowStore store = build(rows, footprint, large)) {
      assertFalse(store.isOnDisk());
      assertTrue(large.used() >= Shape.of(rows).averageBytes() * ROWS, large::toString);
      assertSame(all, store);
    }
    long bytes = footprint.inMemory(ROWS) + (1 << 20);
    Budget small = new Budget(bytes);
    long before = heap();
    try (RowStore store = build(rows, footprint, small)) {
      assertTrue(store.isOnDisk());
      List<MiniBatches> readers = readers(store, 0);
      assertHeld(bytes + OTHERS, before, small);
      assertTrue(small.used() <= bytes, small::toString);
      close(List.copyOf(readers));
      assertSame(all, store);
    }
    assertEquals(0, small.used());
  }

  @Test
  void shouldReadAsManyTimesAsTrainingsShareAStore() throws Exception {
    Rows rows = rows(Shape.Kind.PIXELS, 0);
    Footprint footprint = footprint(Shape.of(rows));
    Budget budget = new Budget(footprint.reading(footprint.blockFeatures()));
    try (RowStore store = build(rows, footprint, budget)) {
      for (int time = 0; time < 3; time++) {
        List<MiniBatches> one = readers(store, 0);
        assertEquals(0, budget.free());
        List<MiniBatches> other = readers(store, 1);
        close(List.copyOf(one));
        close(List.copyOf(other));
      }
    }
    assertEquals(0, budget.used());
  }

  /** A training that recalibrates: in the second epoch, with all memory that it needs. */
  private static List<MiniBatches> readers(RowStore store, int rank) {
    MiniBatches training = new MiniBatches(store, 16, RowOrder.RESHUFFLED_EACH_EPOCH, 42, rank);
    MiniBatches recalibration = MiniBatches.inOrder(store, 16);
    for (MiniBatches each : List.of(training, recalibration)) {
      for (int epoch = 1; epoch <= 2; epoch++) {
        each.startEpoch(epoch);
        while (each.next() > 0) {}
      }
    }
    return List.of(training, recalibration);
  }

  private static void assertSame(RowStore one, RowStore other) {
    try (MiniBatches a = new MiniBatches(one, 500, RowOrder.RESHUFFLED_EACH_EPOCH, 1, 0);
        MiniBatches b = new MiniBatches(other, 500, RowOrder.RESHUFFLED_EACH_EPOCH, 1, 0)) {
      a.startEpoch(3);
      b.startEpoch(3);
      for (int rows = a.next(); rows > 0; rows = a.next()) {
        assertEquals(rows, b.next());
        assertEquals(-1, Arrays.mismatch(a.labels(), b.labels()));
        assertEquals(
            -1, Arrays.mismatch(a.features(), 0, rows * LENGTH, b.features(), 0, rows * LENGTH));
      }
    }
  }

  private static Footprint footprint(Shape shape) {
    return new Footprint(shape, LAYOUT, RowOrder.RESHUFFLED_EACH_EPOCH);
  }

  private RowStore build(Rows rows, Footprint footprint, Budget budget) {
    int[] order = new int[ROWS];
    Seeds.permute(order, 5);
    try (RowStore.Builder builder = RowStore.builder(footprint, budget, () -> folder)) {
      for (int from = 0; from < ROWS; from += 1_000) {
        int[] some = Arrays.copyOfRange(order, from, from + 1_000);
        long[] positions = Arrays.stream(some).asLongStream().toArray();
        builder.add(new Piece(Part.TRAINING, positions, rows.pick(some)));
      }
      return builder.finish();
    }
  }

  /** Rows whose label is their number. Sparse rows have more values, the higher their number. */
  private static Rows rows(Shape.Kind kind, int values) {
    int[] labels = IntStream.range(0, ROWS).toArray();
    if (kind == Shape.Kind.SPARSE) {
      SparseBuffer buffer = new SparseBuffer(LENGTH, ROWS, 0);
      for (int row = 0; row < ROWS; row++) {
        float[] dense = new float[LENGTH];
        Arrays.fill(dense, 0, values * 9 / 10 + values * row / ROWS / 5, row);
        buffer.add(dense);
      }
      return new Rows(LENGTH, buffer.copy(), labels);
    }
    Rows floats = new Rows(LENGTH, new Features.Floats(new float[ROWS * LENGTH]), labels);
    return new Rows(LENGTH, Conversion.to(kind, floats), labels);
  }

  private static void close(List<? extends AutoCloseable> all) {
    for (AutoCloseable each : all) {
      try {
        each.close();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * Asserts what the heap holds in addition to what it held before. Other threads may allocate
   * between a collection and its measurement, so some are tried; but no more than needed, because
   * one takes long where earlier tests have left much in the heap.
   */
  private static void assertHeld(long most, long before, Budget budget) {
    long held = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS && held > most; i++) {
      held = Math.min(held, collected() - before);
    }
    assertTrue(held <= most, "held=" + held + ", budget=" + budget);
  }

  /** Bytes of the heap in use. The first of two collections leaves what has a cleaner. */
  private static long heap() {
    return Math.min(collected(), collected());
  }

  private static long collected() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
