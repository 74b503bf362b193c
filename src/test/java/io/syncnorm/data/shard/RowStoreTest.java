package io.syncnorm.data.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.Conversion;
import io.syncnorm.data.DataException;
import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Seeds;
import io.syncnorm.data.Shape;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class RowStoreTest {
  private static final int LENGTH = 5;
  private static final Budget NONE = new Budget(0);

  @TempDir private Path folder;

  static Stream<Arguments> shapes() {
    return Arrays.stream(Shape.Kind.values())
        .flatMap(
            kind ->
                Stream.of(
                    Arguments.of(kind, false, 0, 4, 2),
                    Arguments.of(kind, true, 1, 4, 2),
                    Arguments.of(kind, false, 8, 8, 2),
                    Arguments.of(kind, true, 61, 4, 3),
                    Arguments.of(kind, false, 61, 1, 2),
                    Arguments.of(kind, true, 200, 32, 2)));
  }

  /** Mini-batches of 7 rows straddle blocks and windows. */
  @ParameterizedTest
  @MethodSource("shapes")
  void shouldServeTheSameMiniBatchesFromMemoryAndDisk(
      Shape.Kind kind, boolean isWeighted, int count, int blockRows, int windowBlocks) {
    Rows rows = rows(kind, isWeighted, count);
    RowLayout layout = new RowLayout(count, blockRows, windowBlocks);
    RowStore expected = RowStore.of(rows, layout);
    long all = count * (Shape.of(rows).averageBytes() + 12);
    for (long bytes : new long[] {0, all / 3, all / 2 + (1 << 17), all + (1L << 30)}) {
      Budget budget = new Budget(bytes);
      try (RowStore found = build(rows, layout, budget)) {
        assertEquals(bytes < all && count > 0, found.isOnDisk(), "budget=" + bytes);
        for (RowOrder order : RowOrder.values()) {
          assertSameMiniBatches(expected, found, order);
        }
      }
      assertEquals(bytes, budget.free(), "a closed store gives everything back");
    }
  }

  private static void assertSameMiniBatches(RowStore expected, RowStore found, RowOrder order) {
    try (MiniBatches one = new MiniBatches(expected, 7, order, 42, 3);
        MiniBatches other = new MiniBatches(found, 7, order, 42, 3)) {
      one.startEpoch(9);
      other.startEpoch(9); // left early
      assertSameNext(one, other);
      for (int epoch : new int[] {1, 2, 2, 0}) {
        one.startEpoch(epoch);
        other.startEpoch(epoch);
        int served = 0;
        for (int rows; (rows = assertSameNext(one, other)) > 0; ) {
          served += rows;
        }
        assertEquals(expected.count(), served);
      }
    }
  }

  private static int assertSameNext(MiniBatches one, MiniBatches other) {
    int rows = one.next();
    assertEquals(rows, other.next());
    if (one.isSparse()) {
      int values = one.rowStarts()[rows];
      assertArrayEquals(
          Arrays.copyOf(one.rowStarts(), rows + 1), Arrays.copyOf(other.rowStarts(), rows + 1));
      assertArrayEquals(
          Arrays.copyOf(one.columns(), values), Arrays.copyOf(other.columns(), values));
      assertArrayEquals(Arrays.copyOf(one.values(), values), Arrays.copyOf(other.values(), values));
    }
    assertArrayEquals(features(one, rows), features(other, rows));
    assertArrayEquals(Arrays.copyOf(one.labels(), rows), Arrays.copyOf(other.labels(), rows));
    assertArrayEquals(Arrays.copyOf(one.weights(), rows), Arrays.copyOf(other.weights(), rows));
    return rows;
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepEveryRowAtItsPosition(Shape.Kind kind) {
    Rows rows = rows(kind, true, 61);
    try (RowStore store = build(rows, new RowLayout(61, 4, 3), NONE);
        MiniBatches batches = MiniBatches.inOrder(store, 61)) {
      batches.startEpoch(0);
      assertEquals(61, batches.next());
      float[] expected = new float[61 * LENGTH];
      rows.features().copyTo(0, expected, 0, expected.length);
      assertArrayEquals(expected, features(batches, 61));
      for (int row = 0; row < 61; row++) {
        assertEquals(rows.label(row), batches.labels()[row]);
        assertEquals(rows.weight(row), batches.weights()[row]);
      }
    }
  }

  @Test
  void shouldPermuteBlocksAndTheRowsOfAWindow() {
    int blockRows = 5;
    Rows rows = rows(Shape.Kind.FLOATS, false, 103);
    RowStore store = RowStore.of(rows, new RowLayout(103, blockRows, 4));
    List<List<Integer>> epochs = new ArrayList<>();
    for (int rank = 0; rank < 2; rank++) {
      try (MiniBatches batches =
          new MiniBatches(store, 7, RowOrder.RESHUFFLED_EACH_EPOCH, 42, rank)) {
        for (int epoch = 0; epoch < 3; epoch++) {
          epochs.add(labels(batches, epoch));
        }
      }
    }
    assertEquals(6, epochs.stream().distinct().count());
    for (List<Integer> order : epochs) {
      assertEquals(IntStream.range(0, 103).boxed().toList(), order.stream().sorted().toList());
      List<Integer> blocks = order.stream().map(row -> row / blockRows).toList();
      int at = 0;
      while (at < 103) { // a window: all rows of 4 blocks, mixed
        List<Integer> first = blocks.subList(at, 103).stream().distinct().limit(4).toList();
        int size = (int) blocks.stream().filter(first::contains).count();
        List<Integer> window = blocks.subList(at, at + size);
        assertTrue(first.containsAll(window), window::toString);
        boolean isMixed = !window.equals(window.stream().sorted().toList());
        assertEquals(first.size() > 1, isMixed, window::toString);
        at += size;
      }
    }
  }

  @Test
  void shouldDivideRowsWithoutRegardToMemory() {
    RowLayout mnist = RowLayout.of(Shape.dense(784, Shape.Kind.PIXELS, false, 60_000));
    assertEquals(10_538, mnist.blockRows());
    assertTrue((long) mnist.blockRows() * mnist.windowBlocks() > 60_000, "a full shuffle");
    RowLayout huge = RowLayout.of(Shape.dense(784, Shape.Kind.PIXELS, false, 6_000_000_000L));
    assertEquals(4096, huge.blocks());
    assertEquals(2, huge.windowBlocks());
    RowLayout wide = RowLayout.of(Shape.sparse(1_000_000, false, 20_000, 50));
    assertEquals((8 << 20) / (50 * 8 + 4 + 12), wide.blockRows());
    RowLayout longRows = RowLayout.of(Shape.dense(1 << 24, Shape.Kind.FLOATS, false, 10));
    assertEquals(1, longRows.blockRows());
    assertEquals(2, longRows.windowBlocks());
  }

  @Test
  void shouldConvertPiecesOfOtherKinds() {
    for (Shape.Kind from : Shape.Kind.values()) {
      for (Shape.Kind to : Shape.Kind.values()) {
        if ((from == Shape.Kind.PIXELS) != (to == Shape.Kind.PIXELS)
            && (from == Shape.Kind.BYTES || to == Shape.Kind.BYTES)) {
          continue; // whole numbers are not quotients
        }
        boolean isPixels = from == Shape.Kind.PIXELS || to == Shape.Kind.PIXELS;
        float[] values = values(20, isPixels ? 255 : 1);
        Rows rows = new Rows(LENGTH, packed(from, values), new int[20]);
        Shape shape = new Shape(LENGTH, to, false, 20, LENGTH * 4);
        try (RowStore.Builder builder =
            RowStore.builder(footprint(shape, new RowLayout(20, 3, 2)), NONE, () -> folder)) {
          builder.add(new Piece(Part.TRAINING, LongStream.range(0, 20).toArray(), rows));
          try (RowStore store = builder.finish()) {
            Rows found = StoredRows.rows(store);
            float[] features = new float[values.length];
            found.features().copyTo(0, features, 0, features.length);
            assertArrayEquals(values, features, from + " to " + to);
          }
        }
      }
    }
    RowStore.Builder bytes = builder(Shape.Kind.BYTES, 1);
    for (float wrong : new float[] {0.5f, -1, 256, Float.NaN}) {
      Rows row = new Rows(LENGTH, new Features.Floats(new float[] {0, 1, wrong, 3, 4}), new int[1]);
      String message =
          assertThrows(IllegalArgumentException.class, () -> bytes.add(piece(row, 0))).getMessage();
      assertTrue(message.contains("value=" + wrong + " in column=2"), message);
    }
  }

  @Test
  void shouldRequireEachPositionOnce() {
    for (Budget budget : List.of(NONE, new Budget(1 << 20))) {
      Rows rows = rows(Shape.Kind.FLOATS, false, 3);
      Shape shape = Shape.dense(LENGTH, Shape.Kind.FLOATS, false, 10);
      try (RowStore.Builder builder =
          RowStore.builder(footprint(shape, new RowLayout(10, 4, 2)), budget, () -> folder)) {
        builder.add(piece(rows, 9, 0, 1));
        String missing = assertThrows(IllegalStateException.class, builder::finish).getMessage();
        assertTrue(missing.contains("expected rows=10, found rows=3"), missing);
        assertTrue(missing.contains("position=2"), missing);
        String twice =
            assertThrows(IllegalStateException.class, () -> builder.add(piece(rows, 2, 3, 0)))
                .getMessage();
        assertTrue(twice.contains("position=0"), twice);
        for (long wrong : new long[] {-1, 10}) {
          assertThrows(IllegalArgumentException.class, () -> builder.add(piece(rows, wrong, 4, 5)));
        }
        Rows others = new Rows(2, new Features.Floats(new float[2]), new int[1]);
        assertThrows(IllegalArgumentException.class, () -> builder.add(piece(others, 6)));
      }
      assertEquals(budget.free(), budget == NONE ? 0 : 1 << 20);
    }
  }

  @Test
  void shouldLeaveNothingInTheFolderAndAskForItOnlyIfNeeded() throws Exception {
    Rows rows = rows(Shape.Kind.PIXELS, false, 100);
    try (RowStore store = build(rows, new RowLayout(100, 9, 2), NONE);
        Stream<Path> files = Files.list(folder)) {
      assertTrue(store.isOnDisk());
      assertEquals(List.of(), files.toList());
    }
    try (RowStore.Builder builder =
        RowStore.builder(
            Shape.of(rows),
            RowOrder.FIXED,
            new Budget(1 << 20),
            () -> {
              throw new AssertionError("no rows are on disk");
            })) {
      builder.add(piece(rows, LongStream.range(0, 100).toArray()));
      builder.finish().close();
    }
  }

  @Test
  void shouldNameTheFolderWhenTheDiskIsFullOrMissing() throws Exception {
    Path missing = folder.resolve("gone");
    Rows rows = rows(Shape.Kind.FLOATS, false, 10);
    RowStore.Builder builder =
        RowStore.builder(Shape.of(rows), RowOrder.FIXED, NONE, () -> missing);
    Piece all = piece(rows, LongStream.range(0, 10).toArray());
    String none = assertThrows(DataException.class, () -> builder.add(all)).getMessage();
    assertTrue(none.contains("file=" + missing) && none.contains("data.memory"), none);

    BlockBuffer buffer = BlockBuffer.appending(Shape.of(rows), 10);
    buffer.put(0, rows, rows.features(), 0);
    try (RowFile full = new RowFile(folder, new RandomAccessFile("/dev/full", "rw"), 1, 28_000)) {
      String message =
          assertThrows(DataException.class, () -> full.append(0, buffer, RowFile.AT_END))
              .getMessage();
      assertTrue(message.contains("No space left"), message);
      assertTrue(message.contains("file=" + folder), message);
      assertTrue(message.contains("expected=28000 more bytes free, found="), message);
      assertTrue(message.contains("data.memory"), message);
    }
  }

  @Test
  void shouldReportAFailedReadToTheRank() {
    RowStore store = build(rows(Shape.Kind.FLOATS, false, 100), new RowLayout(100, 4, 2), NONE);
    try (MiniBatches batches = new MiniBatches(store, 8, RowOrder.RESHUFFLED_EACH_EPOCH, 42, 0)) {
      batches.startEpoch(1);
      assertEquals(8, batches.next());
      store.close();
      String message =
          assertThrows(
                  DataException.class,
                  () -> {
                    while (batches.next() > 0) {}
                  })
              .getMessage();
      assertTrue(message.contains("cannot read rows from disk"), message);
    }
  }

  @Test
  void shouldCancelARankThatWaitsAndSpareOtherRanks() throws Exception {
    Rows rows = rows(Shape.Kind.BYTES, false, 100);
    try (RowStore store = build(rows, new RowLayout(100, 4, 2), NONE)) {
      CompletableFuture<Throwable> outcome = new CompletableFuture<>();
      Thread rank =
          new Thread(
              () -> {
                try (MiniBatches batches = MiniBatches.inOrder(store, 8)) {
                  batches.startEpoch(1);
                  batches.next();
                  outcome.complete(new AssertionError("the file was locked"));
                } catch (CancellationException e) {
                  outcome.complete(Thread.currentThread().isInterrupted() ? e : null);
                }
              });
      synchronized (store.holdings.file()) {
        rank.start();
        rank.interrupt();
        assertEquals(CancellationException.class, outcome.get(20, TimeUnit.SECONDS).getClass());
      }
      assertArrayEquals(
          ((Features.Bytes) rows.features()).values(),
          ((Features.Bytes) StoredRows.rows(store).features()).values());
    }
  }

  @Test
  void shouldEndItsThreadWhenClosed() throws Exception {
    try (RowStore store =
        build(rows(Shape.Kind.FLOATS, false, 100), new RowLayout(100, 4, 2), NONE)) {
      try (MiniBatches batches = new MiniBatches(store, 8, RowOrder.FIXED, 42, 4711)) {
        batches.startEpoch(1);
        batches.next();
        assertTrue(isAlive("syncnorm-rows-4711"));
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3); // idle threads live longer
      while (isAlive("syncnorm-rows-4711") && System.nanoTime() < end) {
        Thread.sleep(5);
      }
      assertFalse(isAlive("syncnorm-rows-4711"));
    }
  }

  private static boolean isAlive(String thread) {
    return Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().equals(thread));
  }

  @Test
  void shouldFreeAStoreThatIsUnreachable() throws Exception {
    Budget budget = new Budget(1 << 20);
    Rows rows = rows(Shape.Kind.FLOATS, false, 100);
    assertFalse(build(rows, new RowLayout(100, 4, 2), budget).isOnDisk());
    RowStore.builder(Shape.of(rows), RowOrder.FIXED, budget, () -> folder);
    while (budget.free() < 1 << 20) {
      System.gc();
      Thread.sleep(10);
    }
  }

  private RowStore.Builder builder(Shape.Kind kind, int rows) {
    return RowStore.builder(
        Shape.dense(LENGTH, kind, false, rows), RowOrder.FIXED, NONE, () -> folder);
  }

  /** Adds the rows in pieces of 9, in random order. */
  private RowStore build(Rows rows, RowLayout layout, Budget budget) {
    int[] order = new int[rows.count()];
    Seeds.permute(order, 5);
    try (RowStore.Builder builder =
        RowStore.builder(footprint(Shape.of(rows), layout), budget, () -> folder)) {
      for (int from = 0; from < order.length; from += 9) {
        int[] some = Arrays.copyOfRange(order, from, Math.min(order.length, from + 9));
        builder.add(piece(rows.pick(some), Arrays.stream(some).asLongStream().toArray()));
      }
      return builder.finish();
    }
  }

  private static Footprint footprint(Shape shape, RowLayout layout) {
    return new Footprint(shape, layout, RowOrder.RESHUFFLED_EACH_EPOCH);
  }

  private static Piece piece(Rows rows, long... positions) {
    return new Piece(Part.TRAINING, positions, rows);
  }

  /** Rows whose label is their number. */
  private static Rows rows(Shape.Kind kind, boolean isWeighted, int count) {
    float[] values = values(count, kind == Shape.Kind.PIXELS ? 255 : 1);
    int[] labels = IntStream.range(0, count).toArray();
    Rows rows = new Rows(LENGTH, packed(kind, values), labels);
    float[] weights = new float[count];
    for (int row = 0; row < count; row++) {
      weights[row] = row / 8f;
    }
    return isWeighted ? rows.withWeights(weights) : rows;
  }

  /** Whole numbers from 0 to 255, most of them 0, divided by {@code divisor}. */
  private static float[] values(int count, int divisor) {
    Random random = new Random(7);
    float[] values = new float[count * LENGTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(3) > 0 ? 0 : random.nextInt(256) / (float) divisor;
    }
    return values;
  }

  private static Features packed(Shape.Kind kind, float[] values) {
    return Conversion.to(
        kind, new Rows(LENGTH, new Features.Floats(values), new int[values.length / LENGTH]));
  }

  private static float[] features(MiniBatches batches, int rows) {
    float[] features = batches.features();
    int at = batches.featuresAt();
    return Arrays.copyOfRange(features, at, at + rows * LENGTH);
  }

  private static List<Integer> labels(MiniBatches batches, int epoch) {
    List<Integer> labels = new ArrayList<>();
    batches.startEpoch(epoch);
    for (int rows = batches.next(); rows > 0; rows = batches.next()) {
      Arrays.stream(batches.labels(), 0, rows).forEach(labels::add);
    }
    return labels;
  }
}
