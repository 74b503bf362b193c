package io.syncnorm.data.shard;

import static io.syncnorm.data.idx.IdxBytes.number;
import static io.syncnorm.data.idx.IdxBytes.numbered;
import static io.syncnorm.data.shard.StoredRows.rows;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.LabelledImages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShardingTest {
  private static final long SEED = 42;
  private static final int MAX_WORLD = 8;

  static IntStream sizes() {
    return IntStream.of(1, 2, 3, 7, 8, 9, 63, 64, 65, 257, 1001);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void shouldDealEveryRowOnceInSharesThatDifferByOneRowAtMost(int size) {
    for (int world = 1; world <= MAX_WORLD; world++) {
      List<Shard> shards =
          Sharding.deal(
              numbered(size, 2, 3).rows(),
              numbered(size, 2, 3).rows(),
              world,
              SEED,
              Dealing.SHUFFLED);

      assertEquals(world, shards.size());
      List<Integer> training = new ArrayList<>();
      for (int rank = 0; rank < world; rank++) {
        Shard shard = shards.get(rank);
        assertEquals(rank, shard.rank());
        assertEquals(world, shard.world());
        long count = shard.training().count();
        assertTrue(count == size / world || count == size / world + 1, () -> "count=" + count);
        training.addAll(numbers(rows(shard.training())));
        assertEquals(every(rank, world, size), numbers(rows(shard.test())));
      }
      Collections.sort(training);
      assertEquals(every(0, 1, size), training);
    }
  }

  @Test
  void shouldKeepPixelsAndLabelsTogether() {
    LabelledImages train = numbered(101, 3, 5);
    for (Shard shard :
        Sharding.deal(train.rows(), numbered(50, 3, 5).rows(), 3, SEED, Dealing.SHUFFLED)) {
      for (Rows rows : List.of(rows(shard.training()), rows(shard.test()))) {
        byte[] pixels = pixels(rows);
        for (int i = 0; i < rows.count(); i++) {
          int from = i * 15;
          int row = number(pixels, from);
          assertEquals(train.labels()[row] & 0xff, rows.label(i));
          assertArrayEquals(
              Arrays.copyOfRange(IdxBytes.pixels(train.images()), row * 15, row * 15 + 15),
              Arrays.copyOfRange(pixels, from, from + 15));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void shouldGiveTheSameGlobalBatchesInEveryWorld(int size) {
    int globalBatch = 24; // Divisible by worlds 1, 2, 3, 4, 6 and 8.
    LabelledImages images = numbered(size, 1, 2);
    List<Set<Integer>> alone = globalBatches(images, 1, globalBatch);
    for (int world = 1; world <= MAX_WORLD; world++) {
      if (globalBatch % world == 0) {
        assertEquals(alone, globalBatches(images, world, globalBatch / world));
      }
      int batch = 5;
      assertEquals(globalBatches(images, 1, world * batch), globalBatches(images, world, batch));
    }
  }

  @Test
  void shouldDependOnlyOnTheSeed() {
    LabelledImages images = numbered(100, 1, 2);

    List<Integer> order = numbers(Sharding.deal(images.rows(), 1, 1, Dealing.SHUFFLED).get(0));

    assertEquals(order, numbers(Sharding.deal(images.rows(), 1, 1, Dealing.SHUFFLED).get(0)));
    assertNotEquals(order, numbers(Sharding.deal(images.rows(), 1, 2, Dealing.SHUFFLED).get(0)));
    assertNotEquals(every(0, 1, 100), order);
  }

  @Test
  void shouldDealMoreRanksThanRows() {
    List<Shard> shards =
        Sharding.deal(
            numbered(2, 1, 2).rows(), numbered(1, 1, 2).rows(), 5, SEED, Dealing.SHUFFLED);

    assertEquals(
        List.of(1L, 1L, 0L, 0L, 0L), shards.stream().map(s -> s.training().count()).toList());
    assertEquals(List.of(1L, 0L, 0L, 0L, 0L), shards.stream().map(s -> s.test().count()).toList());
  }

  @Test
  void shouldSurviveJavaSerialization() throws Exception {
    Rows rows = Sharding.deal(numbered(9, 1, 2).rows(), 2, SEED, Dealing.SHUFFLED).get(1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(rows);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Rows copy = (Rows) in.readObject();

      assertArrayEquals(pixels(rows), pixels(copy));
      assertArrayEquals(labels(rows), labels(copy));
    }
  }

  @Test
  void shouldRefuseRowsOfDifferentLengths() {
    Rows train = numbered(2, 2, 3).rows();
    Rows test = numbered(2, 2, 4).rows();
    assertThrows(
        IllegalArgumentException.class,
        () -> Sharding.deal(train, test, 1, SEED, Dealing.SHUFFLED));
  }

  @Test
  void shouldRefuseAnEmptyWorld() {
    LabelledImages images = numbered(2, 1, 2);
    assertThrows(
        IllegalArgumentException.class,
        () -> Sharding.deal(images.rows(), images.rows(), 0, SEED, Dealing.SHUFFLED));
  }

  /** The rows of all ranks in each step, served in fixed order. */
  private static List<Set<Integer>> globalBatches(LabelledImages images, int world, int batchSize) {
    List<Set<Integer>> steps = new ArrayList<>();
    for (Shard shard : Sharding.deal(images.rows(), images.rows(), world, SEED, Dealing.SHUFFLED)) {
      List<Integer> rows = numbers(rows(shard.training()));
      for (int step = 0; step * batchSize < rows.size(); step++) {
        if (step == steps.size()) {
          steps.add(new TreeSet<>());
        }
        int end = Math.min(rows.size(), (step + 1) * batchSize);
        steps.get(step).addAll(rows.subList(step * batchSize, end));
      }
    }
    return steps;
  }

  private static List<Integer> numbers(Rows rows) {
    return IntStream.range(0, rows.count())
        .mapToObj(i -> number(pixels(rows), i * rows.rowLength()))
        .toList();
  }

  private static byte[] pixels(Rows rows) {
    return ((Features.Bytes) rows.features()).values();
  }

  private static int[] labels(Rows rows) {
    return IntStream.range(0, rows.count()).map(rows::label).toArray();
  }

  private static List<Integer> every(int first, int stride, int end) {
    return IntStream.iterate(first, i -> i < end, i -> i + stride).boxed().toList();
  }
}
