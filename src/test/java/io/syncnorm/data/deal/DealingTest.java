package io.syncnorm.data.deal;

import static io.syncnorm.data.shard.StoredRows.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of dealing. */
class DealingTest {
  private static final int ROWS = 2000;
  private static final int CLASSES = 10;
  private static final int WORLD = 8;
  private static final long SEED = 42;

  /**
   * Computed by seeds_golden.py in the test resources. Another value would break every resumed run.
   */
  private static final String GOLDEN_BY_LABEL =
      "[[0, 3], [0, 2], [0, 0], [0, 1], [1, 1], [2, 3], [1, 3], [1, 2], [1, 0], [2, 1], [2, 0], [2, 2]]";

  private static final int DRAWS = 20_000;

  /** Sampling tolerance of a mean, and of a variance relative to itself: five standard errors. */
  private static final double STANDARD_ERRORS = 5 / Math.sqrt(DRAWS);

  /** A variance's standard error is at most root 2 of it, as for normal variates. */
  private static final double VARIANCE_ERROR = Math.sqrt(2) * STANDARD_ERRORS;

  @Test
  void shouldDealContiguousRunsOfTheSortedRowsToEqualShards() {
    List<Shard> shards = deal(Dealing.BY_LABEL, WORLD);
    int previousHighest = 0;
    for (Shard shard : shards) {
      int[] labels = labels(rows(shard.training()));
      assertEquals(ROWS / WORLD, labels.length);
      int lowest = Arrays.stream(labels).min().orElseThrow();
      int highest = Arrays.stream(labels).max().orElseThrow();
      assertTrue(lowest >= previousHighest && highest - lowest <= 2, lowest + ".." + highest);
      previousHighest = highest;
    }
    assertNoRowLost(shards);
  }

  @Test
  void shouldDifferByOneRowAtMostWhenSortedAndUneven() {
    int[] labels = {3, 1, 2, 1, 200, 0, 3};
    List<Rows> dealt =
        Sharding.deal(
            new Rows(1, new Features.Bytes(new byte[7]), labels), 3, SEED, Dealing.BY_LABEL);
    assertEquals(
        List.of(List.of(0, 1, 1), List.of(2, 3), List.of(3, 200)),
        dealt.stream().map(rows -> Arrays.stream(labels(rows)).sorted().boxed().toList()).toList());
  }

  static Stream<Arguments> deals() {
    long[] even = {300, 300, 300};
    long[] uneven = {7, 0, 1000, 1, 0, 33};
    long[] many = LongStream.range(0, 256).map(label -> label * 37 % 61).toArray();
    return Stream.of(
            Dealing.SHUFFLED,
            Dealing.IN_ORDER,
            Dealing.BY_LABEL,
            Dealing.dirichlet(0.05),
            Dealing.dirichlet(1),
            Dealing.dirichlet(100))
        .flatMap(
            dealing ->
                Stream.of(even, uneven, many, new long[0], new long[] {1}, new long[] {5})
                    .flatMap(
                        rows ->
                            Stream.of(1, 2, 7, 64, 4096)
                                .map(world -> Arguments.of(dealing, rows, world))));
  }

  @ParameterizedTest
  @MethodSource("deals")
  void shouldFillEveryPlaceOnce(Dealing dealing, long[] rowsByLabel, int world) {
    Deal deal = dealing.deal(rowsByLabel, world, SEED);
    Set<Long> places = new HashSet<>();
    long number = 0;
    for (int label = 0; label < rowsByLabel.length; label++) {
      for (long ordinal = 0; ordinal < rowsByLabel[label]; ordinal++) {
        long place = deal.place(number++, label, ordinal);
        assertTrue(Deal.position(place) < deal.rows(Deal.rank(place)));
        places.add(place);
      }
    }
    assertEquals(world, deal.world());
    assertEquals(number, IntStream.range(0, world).mapToLong(deal::rows).sum());
    assertEquals(number, places.size());
  }

  @Test
  void shouldNeverChangeTheDealByLabel() {
    long[] rowsByLabel = {4, 5, 3};
    Deal deal = Dealing.BY_LABEL.deal(rowsByLabel, 3, 42);
    List<List<Long>> places = new ArrayList<>();
    for (int label = 0; label < rowsByLabel.length; label++) {
      for (int ordinal = 0; ordinal < rowsByLabel[label]; ordinal++) {
        long place = deal.place(places.size(), label, ordinal);
        places.add(List.of((long) Deal.rank(place), Deal.position(place)));
      }
    }
    assertEquals(GOLDEN_BY_LABEL, places.toString());
  }

  /** Where one row of a label and of its shard comes to lie, over many seeds. */
  @Test
  void shouldDealAnyRowOfALabelAndOrderShardsAtRandom() {
    long[] rowsByLabel = {20, 20, 20};
    int trials = 40_000;
    int[][] counts = new int[2][30];
    for (int seed = 0; seed < trials; seed++) {
      long place = Dealing.BY_LABEL.deal(rowsByLabel, 2, seed).place(20, 1, 0);
      counts[Deal.rank(place)][(int) Deal.position(place)]++;
    }
    for (int[] ofRank : counts) {
      for (int count : ofRank) {
        assertEquals(trials / 60.0, count, 130); // 5 standard deviations of 26 each.
      }
    }
  }

  @Test
  void shouldDealTheSameForLabelsWithoutRows() {
    for (Dealing dealing : List.of(Dealing.SHUFFLED, Dealing.BY_LABEL, Dealing.dirichlet(0.5))) {
      Deal few = dealing.deal(new long[] {40, 60}, WORLD, SEED);
      Deal many = dealing.deal(new long[] {40, 60, 0, 0}, WORLD, SEED);
      for (int i = 0; i < 40; i++) {
        assertEquals(few.place(i, 0, i), many.place(i, 0, i));
      }
    }
  }

  @Test
  void shouldDealMoreRowsThanAnIntCounts() {
    long[] rowsByLabel = {3L << 40, 1L << 40};
    for (Dealing dealing :
        List.of(Dealing.SHUFFLED, Dealing.IN_ORDER, Dealing.BY_LABEL, Dealing.dirichlet(1))) {
      Deal deal = dealing.deal(rowsByLabel, 4096, SEED);
      assertEquals(1L << 42, IntStream.range(0, 4096).mapToLong(deal::rows).sum());
      long place = deal.place((1L << 42) - 1, 1, (1L << 40) - 1);
      assertTrue(Deal.position(place) < deal.rows(Deal.rank(place)));
    }
  }

  @Test
  void shouldPlaceRowsWithoutAllocating() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (Dealing dealing : List.of(Dealing.SHUFFLED, Dealing.IN_ORDER, Dealing.dirichlet(1))) {
      Deal deal = dealing.deal(new long[] {100_000, 100_000}, 4096, SEED);
      deal.place(0, 0, 0);
      threads.getCurrentThreadAllocatedBytes();
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        deal.place(i, 0, i);
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < 10_000, () -> "allocated=" + allocated); // Less than a byte a call.
    }
  }

  @Test
  void shouldSurviveJavaSerialization() throws Exception {
    for (Dealing dealing :
        List.of(Dealing.SHUFFLED, Dealing.IN_ORDER, Dealing.BY_LABEL, Dealing.dirichlet(1))) {
      Deal deal = dealing.deal(new long[] {40, 60}, WORLD, SEED);
      Deal copy = (Deal) copy(deal);
      Deal again = ((Dealing) copy(dealing)).deal(new long[] {40, 60}, WORLD, SEED);
      for (int i = 0; i < 60; i++) {
        assertEquals(deal.place(40 + i, 1, i), copy.place(40 + i, 1, i));
        assertEquals(deal.place(40 + i, 1, i), again.place(40 + i, 1, i));
      }
    }
  }

  @Test
  void shouldRefuseAWorldWithoutAPlaceForItsRanks() {
    for (Dealing dealing :
        List.of(Dealing.SHUFFLED, Dealing.IN_ORDER, Dealing.BY_LABEL, Dealing.dirichlet(1))) {
      for (int world : new int[] {-1, 0, Deal.MAX_WORLD + 1}) {
        String message =
            assertThrows(
                    IllegalArgumentException.class, () -> dealing.deal(new long[] {1}, world, SEED))
                .getMessage();
        assertEquals("world must be 1 to 65536, found world=" + world, message);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-30, 0.01, 0.1, 1, 100, 1e30})
  void shouldLoseNoRowForAnyConcentration(double alpha) {
    List<Shard> shards = deal(Dealing.dirichlet(alpha), WORLD);
    assertNoRowLost(shards);
    long odd = shards.stream().filter(shard -> shard.training().count() % 2 == 1).count();
    assertTrue(odd <= 1, "shards with a last row of its own: " + odd);
  }

  @Test
  void shouldBeMoreUnevenForSmallerConcentrations() {
    double nearlyEven = largestShareOfAClass(1000);
    double uneven = largestShareOfAClass(1);
    double nearlyWhole = largestShareOfAClass(0.01);
    assertTrue(nearlyEven < 0.2, "of 1/8: " + nearlyEven);
    assertTrue(nearlyEven < uneven && uneven < nearlyWhole, nearlyEven + " " + uneven);
    assertTrue(nearlyWhole > 0.9, "nearly all of a class: " + nearlyWhole);
  }

  @Test
  void shouldRepeatWithTheSeedAndDifferWithoutIt() {
    for (Dealing dealing : List.of(Dealing.SHUFFLED, Dealing.BY_LABEL, Dealing.dirichlet(0.5))) {
      List<List<Integer>> dealt = dealt(dealing, SEED);
      assertEquals(dealt, dealt(dealing, SEED));
      assertNotEquals(dealt, dealt(dealing, SEED + 1));
    }
    assertEquals(dealt(Dealing.IN_ORDER, SEED), dealt(Dealing.IN_ORDER, SEED + 1));
  }

  @Test
  void shouldGiveOneRankEverything() {
    for (Dealing dealing : List.of(Dealing.BY_LABEL, Dealing.dirichlet(0.3))) {
      assertEquals(ROWS, deal(dealing, 1).get(0).training().count());
    }
  }

  /** Mean 1/n and variance (n - 1) / (n^2 (n alpha + 1)): the distribution's first two moments. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.5, 1, 3, 50})
  void shouldDrawSharesWithTheMomentsOfTheDistribution(double alpha) {
    int count = 4;
    double[] sums = new double[count];
    double[] squares = new double[count];
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] shares = DirichletShares.draw(alpha, count, draw);
      assertEquals(1, Arrays.stream(shares).sum(), 1e-12);
      for (int i = 0; i < count; i++) {
        sums[i] += shares[i];
        squares[i] += shares[i] * shares[i];
      }
    }
    double variance = (count - 1.0) / (count * count * (count * alpha + 1));
    for (int i = 0; i < count; i++) {
      double mean = sums[i] / DRAWS;
      assertEquals(1.0 / count, mean, STANDARD_ERRORS * Math.sqrt(variance));
      assertEquals(variance, squares[i] / DRAWS - mean * mean, VARIANCE_ERROR * variance);
    }
  }

  @Test
  void shouldRefuseAConcentrationThatIsNotPositive() {
    assertThrows(IllegalArgumentException.class, () -> Dealing.dirichlet(0));
    assertThrows(IllegalArgumentException.class, () -> Dealing.dirichlet(Double.NaN));
  }

  private static double largestShareOfAClass(double alpha) {
    long[] rowsByLabel = new long[CLASSES];
    Arrays.fill(rowsByLabel, ROWS / CLASSES);
    return Arrays.stream(LabelShares.dirichlet(rowsByLabel, WORLD, alpha, SEED))
            .mapToLong(ofClass -> Arrays.stream(ofClass).max().orElseThrow())
            .average()
            .orElseThrow()
        / ((double) ROWS / CLASSES);
  }

  private static void assertNoRowLost(List<Shard> shards) {
    List<Integer> rows = new ArrayList<>();
    for (Shard shard : shards) {
      Rows training = rows(shard.training());
      List<Integer> numbers = numbers(training);
      for (int i = 0; i < numbers.size(); i++) {
        int label = training.label(i);
        assertEquals(numbers.get(i) % CLASSES, label, "pixels and labels stay together");
      }
      rows.addAll(numbers);
    }
    assertEquals(IntStream.range(0, ROWS).boxed().toList(), rows.stream().sorted().toList());
  }

  private static List<List<Integer>> dealt(Dealing dealing, long seed) {
    return Sharding.deal(labelled(), WORLD, seed, dealing).stream()
        .map(DealingTest::numbers)
        .toList();
  }

  private static List<Integer> numbers(Rows rows) {
    byte[] pixels = ((Features.Bytes) rows.features()).values();
    return IntStream.range(0, rows.count())
        .mapToObj(i -> (pixels[2 * i] & 0xff) << 8 | (pixels[2 * i + 1] & 0xff))
        .toList();
  }

  private static Object copy(Object object) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  private static int[] labels(Rows rows) {
    return IntStream.range(0, rows.count()).map(rows::label).toArray();
  }

  private static List<Shard> deal(Dealing dealing, int world) {
    return Sharding.deal(labelled(), labelled(), world, SEED, dealing);
  }

  /** Rows whose two pixels are their number, and whose label is its last digit. */
  private static Rows labelled() {
    byte[] pixels = new byte[2 * ROWS];
    int[] labels = new int[ROWS];
    for (int row = 0; row < ROWS; row++) {
      pixels[2 * row] = (byte) (row >> 8);
      pixels[2 * row + 1] = (byte) row;
      labels[row] = row % CLASSES;
    }
    return new Rows(2, new Features.Bytes(pixels), labels);
  }
}
