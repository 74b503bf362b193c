package io.syncnorm.data;

import static io.syncnorm.data.IdxBytes.number;
import static io.syncnorm.data.IdxBytes.numbered;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
          Sharding.deal(numbered(size, 2, 3), numbered(size, 2, 3), world, SEED, Dealing.SHUFFLED);

      assertEquals(world, shards.size());
      List<Integer> training = new ArrayList<>();
      for (int rank = 0; rank < world; rank++) {
        Shard shard = shards.get(rank);
        assertEquals(rank, shard.rank());
        assertEquals(world, shard.world());
        int count = shard.training().count();
        assertTrue(count == size / world || count == size / world + 1, () -> "count=" + count);
        training.addAll(numbers(shard.training()));
        assertEquals(every(rank, world, size), numbers(shard.test()));
      }
      Collections.sort(training);
      assertEquals(every(0, 1, size), training);
    }
  }

  @Test
  void shouldKeepPixelsAndLabelsTogether() {
    LabelledImages train = numbered(101, 3, 5);
    for (Shard shard : Sharding.deal(train, numbered(50, 3, 5), 3, SEED, Dealing.SHUFFLED)) {
      for (Rows rows : List.of(shard.training(), shard.test())) {
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

    List<Integer> order =
        numbers(Sharding.deal(images, images, 1, 1, Dealing.SHUFFLED).get(0).training());

    assertEquals(
        order, numbers(Sharding.deal(images, images, 1, 1, Dealing.SHUFFLED).get(0).training()));
    assertNotEquals(
        order, numbers(Sharding.deal(images, images, 1, 2, Dealing.SHUFFLED).get(0).training()));
    assertNotEquals(every(0, 1, 100), order);
  }

  @Test
  void shouldDealMoreRanksThanRows() {
    List<Shard> shards =
        Sharding.deal(numbered(2, 1, 2), numbered(1, 1, 2), 5, SEED, Dealing.SHUFFLED);

    assertEquals(List.of(1, 1, 0, 0, 0), shards.stream().map(s -> s.training().count()).toList());
    assertEquals(List.of(1, 0, 0, 0, 0), shards.stream().map(s -> s.test().count()).toList());
  }

  @Test
  void shouldSurviveJavaSerialization() throws Exception {
    Shard shard =
        Sharding.deal(numbered(9, 1, 2), numbered(4, 1, 2), 2, SEED, Dealing.SHUFFLED).get(1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(shard);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Shard copy = (Shard) in.readObject();

      assertEquals(1, copy.rank());
      assertEquals(2, copy.world());
      assertArrayEquals(pixels(shard.training()), pixels(copy.training()));
      assertArrayEquals(labels(shard.test()), labels(copy.test()));
    }
  }

  @Test
  void shouldRefuseImagesOfDifferentSizes() {
    LabelledImages train = numbered(2, 2, 3);
    LabelledImages test =
        new LabelledImages(
            IdxBytes.grey(1, 3, 2, new byte[6]),
            new byte[1],
            List.of(new IdxFile("file:/test", "00", 22)));

    String message =
        assertThrows(
                DataException.class, () -> Sharding.deal(train, test, 1, SEED, Dealing.SHUFFLED))
            .getMessage();

    assertTrue(message.contains("file=file:/test"), message);
    assertTrue(message.contains("expected=2 x 3 pixels"), message);
    assertTrue(message.contains("found=3 x 2"), message);
  }

  @Test
  void shouldRefuseAnEmptyWorld() {
    LabelledImages images = numbered(2, 1, 2);
    assertThrows(
        IllegalArgumentException.class,
        () -> Sharding.deal(images, images, 0, SEED, Dealing.SHUFFLED));
  }

  /** The rows of all ranks in each step, served in fixed order. */
  private static List<Set<Integer>> globalBatches(LabelledImages images, int world, int batchSize) {
    List<Set<Integer>> steps = new ArrayList<>();
    for (Shard shard : Sharding.deal(images, images, world, SEED, Dealing.SHUFFLED)) {
      List<Integer> rows = numbers(shard.training());
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
