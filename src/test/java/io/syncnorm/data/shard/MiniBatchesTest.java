package io.syncnorm.data.shard;

import static io.syncnorm.data.idx.IdxBytes.numbered;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.LabelledImages;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MiniBatchesTest {
  private static final long SEED = 42;
  private static final int LENGTH = 6;

  @ParameterizedTest
  @CsvSource({"10,3", "9,3", "1,3", "3,1", "0,4", "300,128"})
  void shouldServeRowsInOrderWithTheirLabels(int size, int batchSize) {
    LabelledImages images = numbered(size, 2, 3);
    MiniBatches batches = MiniBatches.inOrder(RowStore.of(images.rows()), batchSize);
    float[] features = batches.features();
    int[] labels = batches.labels();

    batches.startEpoch(0);
    int served = 0;
    for (int rows = batches.next(); rows > 0; rows = batches.next()) {
      assertEquals(Math.min(batchSize, size - served), rows);
      for (int i = 0; i < rows; i++) {
        assertEquals(images.labels()[served + i] & 0xff, labels[i]);
        for (int j = 0; j < LENGTH; j++) {
          int pixel = IdxBytes.pixels(images.images())[(served + i) * LENGTH + j] & 0xff;
          assertEquals(pixel / 255f, features[i * LENGTH + j]); // Bit for bit.
        }
      }
      served += rows;
    }
    assertEquals(size, served);
    assertEquals(0, batches.next());
  }

  @Test
  void shouldScaleEveryPixelToAFeatureBetweenZeroAndOne() {
    byte[] pixels = new byte[256];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
    }
    float[] features = new float[258];

    new Features.Bytes(pixels).copyTo(1, features, 2, 255);

    assertArrayEquals(new float[] {0, 0}, Arrays.copyOf(features, 2));
    for (int i = 1; i < 256; i++) {
      assertEquals(i / 255f, features[i + 1]);
    }
    assertEquals(1f, features[256]);
    assertEquals(0f, features[257]);
  }

  @Test
  void shouldKeepFixedOrderInEveryEpoch() {
    MiniBatches batches = batches(50, RowOrder.FIXED, SEED, 1);
    List<Integer> natural = IntStream.range(0, 50).boxed().toList();

    assertEquals(natural, epoch(batches, 0));
    assertEquals(natural, epoch(batches, 1));
  }

  @Test
  void shouldPermuteAllRowsForEachEpochRankAndSeed() {
    List<List<Integer>> orders = new ArrayList<>();
    for (long seed = 0; seed < 3; seed++) {
      for (int rank = 0; rank < 8; rank++) {
        MiniBatches batches = batches(50, RowOrder.RESHUFFLED_EACH_EPOCH, seed, rank);
        for (int epoch = 0; epoch < 5; epoch++) {
          orders.add(epoch(batches, epoch));
        }
      }
    }
    for (List<Integer> order : orders) {
      List<Integer> sorted = new ArrayList<>(order);
      Collections.sort(sorted);
      assertEquals(IntStream.range(0, 50).boxed().toList(), sorted);
    }
    assertEquals(orders.size(), orders.stream().distinct().count());
  }

  @Test
  void shouldGiveAnEpochTheSameOrderAfterAnyEpochs() {
    MiniBatches undisturbed = batches(50, RowOrder.RESHUFFLED_EACH_EPOCH, SEED, 2);
    List<List<Integer>> expected = new ArrayList<>();
    for (int epoch = 0; epoch < 6; epoch++) {
      expected.add(epoch(undisturbed, epoch));
    }

    MiniBatches resumed = batches(50, RowOrder.RESHUFFLED_EACH_EPOCH, SEED, 2);
    resumed.startEpoch(1);
    resumed.next(); // Left early, as after a kill.
    for (int epoch : new int[] {4, 2, 5, 5, 0}) {
      assertEquals(expected.get(epoch), epoch(resumed, epoch));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldServeTheRowsOfTheStepPlan(RowOrder order) {
    for (int size : new int[] {1, 7, 8, 9, 65, 257}) {
      for (int batchSize : new int[] {1, 2, 5, 64}) {
        for (int world = 1; world <= 8; world++) {
          List<Shard> shards =
              Sharding.deal(
                  numbered(size, 2, 3).rows(),
                  numbered(1, 2, 3).rows(),
                  world,
                  SEED,
                  Dealing.SHUFFLED);
          StepPlan plan = StepPlan.of(shards, batchSize);
          for (Shard shard : shards) {
            MiniBatches batches =
                new MiniBatches(shard.training(), batchSize, order, SEED, shard.rank());
            batches.startEpoch(3);
            for (int step = 0; step < plan.stepsPerEpoch(); step++) {
              assertEquals(plan.batchRows(shard.rank(), step), batches.next());
            }
            assertEquals(0, batches.next());
          }
        }
      }
    }
  }

  @Test
  void shouldNotWriteBeyondASmallBatch() {
    MiniBatches batches = MiniBatches.inOrder(RowStore.of(numbered(5, 2, 3).rows()), 4);

    batches.startEpoch(0);

    assertEquals(4, batches.next());
    float[] features = batches.features().clone();
    int[] labels = batches.labels().clone();
    assertEquals(1, batches.next());
    assertEquals(4 * 7, batches.labels()[0]);
    assertArrayEquals(Arrays.copyOfRange(labels, 1, 4), Arrays.copyOfRange(batches.labels(), 1, 4));
    assertArrayEquals(
        Arrays.copyOfRange(features, LENGTH, 4 * LENGTH),
        Arrays.copyOfRange(batches.features(), LENGTH, 4 * LENGTH));
  }

  @Test
  void shouldUseNoMoreMemoryThanTheRowsNeed() {
    MiniBatches few = MiniBatches.inOrder(RowStore.of(numbered(3, 2, 3).rows()), Integer.MAX_VALUE);
    assertEquals(3, few.maxRows());
    assertEquals(3 * LENGTH, few.features().length);
    MiniBatches none = MiniBatches.inOrder(RowStore.of(numbered(0, 2, 3).rows()), 8);
    assertEquals(1, none.maxRows());
  }

  @Test
  void shouldReadFloatsInOrderInPlace() {
    float[] features = new float[5 * LENGTH];
    Rows rows = new Rows(LENGTH, new Features.Floats(features), new int[] {4, 3, 2, 1, 0});
    MiniBatches batches = MiniBatches.inOrder(RowStore.of(rows), 2);
    for (int epoch = 0; epoch < 2; epoch++) {
      batches.startEpoch(epoch);
      for (int first = 0; first < 5; first += 2) {
        assertEquals(Math.min(2, 5 - first), batches.next());
        assertSame(features, batches.features());
        assertEquals(first * LENGTH, batches.featuresAt());
        assertEquals(4 - first, batches.labels()[0]);
        assertEquals(1f, batches.weights()[0]);
      }
      assertEquals(0, batches.next());
    }
  }

  @Test
  void shouldAllocateNothingPerMiniBatch() {
    MiniBatches batches = batches(2_000, RowOrder.RESHUFFLED_EACH_EPOCH, SEED, 0);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    batches.startEpoch(0);
    batches.next();
    threads.getCurrentThreadAllocatedBytes();

    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 200; i++) {
      batches.next();
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertTrue(allocated < 200, () -> "allocated=" + allocated); // Less than a byte per call.
  }

  @Test
  void shouldServeFloatsWithTheirLabelsAndWeightsInTheOrderOfPixels() {
    LabelledImages images = numbered(50, 2, 3);
    float[] features = new float[50 * LENGTH];
    int[] rowLabels = new int[50];
    float[] rowWeights = new float[50];
    Rows pixels = images.rows();
    pixels.features().copyTo(0, features, 0, features.length);
    for (int row = 0; row < 50; row++) {
      rowLabels[row] = pixels.label(row) + 1000;
      rowWeights[row] = row / 8f;
    }
    Rows floats =
        new Rows(LENGTH, new Features.Floats(features), rowLabels).withWeights(rowWeights);
    MiniBatches expected =
        new MiniBatches(RowStore.of(pixels), 7, RowOrder.RESHUFFLED_EACH_EPOCH, SEED, 3);
    MiniBatches found =
        new MiniBatches(RowStore.of(floats), 7, RowOrder.RESHUFFLED_EACH_EPOCH, SEED, 3);
    expected.startEpoch(5);
    found.startEpoch(5);
    int rows;
    do {
      rows = expected.next();
      assertEquals(rows, found.next());
      assertArrayEquals(expected.features(), found.features());
      for (int i = 0; i < rows; i++) {
        assertEquals(expected.labels()[i] + 1000, found.labels()[i]);
        assertEquals(1f, expected.weights()[i]);
        assertEquals(Math.round(found.features()[i * LENGTH + 1] * 255) / 8f, found.weights()[i]);
      }
    } while (rows > 0);
  }

  @ParameterizedTest
  @EnumSource
  void shouldServeTheSameRowsWhateverIsLoadedAhead(RowOrder order) {
    Rows pixels = numbered(401, 2, 3).rows();
    int parts = 0;
    for (RowLayout layout : List.of(new RowLayout(401, 401, 1), new RowLayout(401, 20, 3))) {
      Random random = new Random(SEED);
      MiniBatches expected = new MiniBatches(RowStore.of(pixels, layout), 50, order, SEED, 3);
      MiniBatches found = new MiniBatches(RowStore.of(pixels, layout), 50, order, SEED, 3);
      assertFalse(found.loadAhead(), "no epoch has started");
      for (int epoch = 0; epoch < 40; epoch++) {
        expected.startEpoch(epoch);
        found.startEpoch(epoch);
        for (int rows = -1; rows != 0 && random.nextInt(20) > 0; ) {
          rows = expected.next();
          assertEquals(rows, found.next());
          assertArrayEquals(rows(expected, rows), rows(found, rows));
          assertEquals(labels(expected, rows), labels(found, rows));
          for (int ahead = random.nextInt(6); ahead > 0 && found.loadAhead(); ahead--) {
            parts++;
            assertArrayEquals(rows(expected, rows), rows(found, rows), "the current mini-batch");
          }
        }
      }
    }
    assertTrue(parts > 100, "parts=" + parts);
  }

  private static float[] rows(MiniBatches batches, int rows) {
    return Arrays.copyOf(batches.features(), rows * LENGTH);
  }

  private static List<Integer> labels(MiniBatches batches, int rows) {
    return IntStream.of(batches.labels()).limit(rows).boxed().toList();
  }

  /** Dense, a mini-batch would have 512 million features. */
  @Test
  void shouldServeWideSparseRowsWithoutExpandingThem() {
    int wide = 1 << 22;
    int count = 500;
    int[] starts = new int[count + 1];
    int[] columns = new int[count * 3];
    float[] values = new float[columns.length];
    for (int row = 0; row < count; row++) {
      starts[row + 1] = starts[row] + row % 4;
      for (int k = starts[row]; k < starts[row + 1]; k++) {
        columns[k] = row + (k - starts[row]) * 100_000;
        values[k] = row + 0.5f;
      }
    }
    Features.Sparse sparse =
        new Features.Sparse(
            wide,
            starts,
            Arrays.copyOf(columns, starts[count]),
            Arrays.copyOf(values, starts[count]));
    int[] numbers = IntStream.range(0, count).toArray();
    RowStore store = RowStore.of(new Rows(wide, sparse, numbers), new RowLayout(count, 64, 3));
    MiniBatches batches = new MiniBatches(store, 128, RowOrder.RESHUFFLED_EACH_EPOCH, SEED, 0);
    batches.startEpoch(1);
    int served = 0;
    for (int rows = batches.next(); rows > 0; rows = batches.next()) {
      served += rows;
      for (int i = 0; i < rows; i++) {
        int row = batches.labels()[i];
        int start = batches.rowStarts()[i];
        assertEquals(row % 4, batches.rowStarts()[i + 1] - start);
        for (int k = 0; k < row % 4; k++) {
          assertEquals(row + k * 100_000, batches.columns()[start + k]);
          assertEquals(row + 0.5f, batches.values()[start + k]);
        }
      }
    }
    assertEquals(count, served);
    assertTrue(batches.isSparse());
  }

  @Test
  void shouldRejectInvalidWeights() {
    Rows rows = numbered(2, 2, 3).rows();
    for (float wrong : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> rows.withWeights(new float[] {1, wrong}))
              .getMessage();
      assertTrue(message.contains("weight=" + wrong + " of row=1"), message);
    }
    assertThrows(IllegalArgumentException.class, () -> rows.withWeights(new float[] {1}));
  }

  @Test
  void shouldDescribeInvalidCalls() {
    MiniBatches batches = batches(50, RowOrder.FIXED, SEED, 0);
    assertThrows(IllegalStateException.class, batches::next);

    batches.startEpoch(0);

    assertEquals(7, batches.next());
    assertThrows(
        IllegalArgumentException.class,
        () -> MiniBatches.inOrder(RowStore.of(numbered(0, 2, 3).rows()), 0));
    assertNotEquals(0, batches.next());
  }

  private static MiniBatches batches(int size, RowOrder order, long seed, int rank) {
    return new MiniBatches(RowStore.of(numbered(size, 2, 3).rows()), 7, order, seed, rank);
  }

  /** The numbers of the rows that an epoch serves, in its order: feature 1 is the number / 255. */
  private static List<Integer> epoch(MiniBatches batches, int epoch) {
    List<Integer> numbers = new ArrayList<>();
    batches.startEpoch(epoch);
    for (int rows = batches.next(); rows > 0; rows = batches.next()) {
      for (int i = 0; i < rows; i++) {
        int number = Math.round(batches.features()[i * LENGTH + 1] * 255);
        assertEquals(number * 7 & 0xff, batches.labels()[i]); // As in IdxBytes.numbered.
        numbers.add(number);
      }
    }
    return numbers;
  }
}
