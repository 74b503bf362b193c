package io.syncnorm.data.deal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {
  /**
   * Computed by seeds_golden.py in the test resources. Another value would break every resumed run.
   */
  private static final long[] GOLDEN_PLACES = {10, 11, 6, 5, 1, 3, 8, 4, 9, 7, 2, 0};

  private static final long[] GOLDEN_LARGE = {2443149, 4576675, 1863611};
  private static final long[] GOLDEN_LARGEST = {
    230690416781249L, 172525650512573L, 167580973654896L
  };

  /** Standard deviations that a chi-square statistic may be off: seeds are fixed. */
  private static final double TOLERANCE = 4;

  @Test
  void shouldBeABijectionOfEverySize() {
    for (int size = 0; size <= 2000; size++) {
      Permutation permutation = Permutation.of(size, size);
      BitSet places = new BitSet(size);
      for (int i = 0; i < size; i++) {
        places.set((int) permutation.apply(i));
      }
      assertEquals(size, places.cardinality());
      assertEquals(size, places.length());
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {65_537, 6_000_000, (1L << 31) + 11, (1L << 40) + 1, (1L << 47) + 1, 1L << 48})
  void shouldMapDifferentNumbersToDifferentPlaces(long size) {
    Permutation permutation = Permutation.of(size, 7);
    SplittableRandom random = new SplittableRandom(1);
    LongStream neighbors = LongStream.range(0, 50_000);
    long[] numbers =
        LongStream.concat(neighbors, random.longs(50_000, 0, size)).distinct().toArray();
    long[] places = Arrays.stream(numbers).map(permutation::apply).sorted().toArray();
    assertTrue(places[0] >= 0 && places[places.length - 1] < size);
    assertEquals(numbers.length, Arrays.stream(places).distinct().count());
  }

  /** Every row comes to every position equally often, and so does every pair of rows. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8, 16, 17, 31, 64, 100, 256, 257})
  void shouldPlaceRowsAndPairsOfRowsUniformlyOverTheKeys(int size) {
    int keys = Math.max(10_000, size * size * 10); // at least 10 in each cell
    for (int[] pair : new int[][] {{0, 1}, {0, size / 2}, {size - 2, size - 1}}) {
      long[] ofFirst = new long[size];
      long[] ofPair = new long[size * size];
      for (int key = 0; key < keys; key++) {
        Permutation permutation = Permutation.of(size, key);
        int first = (int) permutation.apply(pair[0]);
        ofFirst[first]++;
        ofPair[first * size + (int) permutation.apply(pair[1])]++;
      }
      assertUniform((double) keys / size, size - 1, Arrays.stream(ofFirst));
      int pairs = size * (size - 1);
      LongStream possible =
          IntStream.range(0, size * size).filter(i -> i % (size + 1) > 0).mapToLong(i -> ofPair[i]);
      assertUniform((double) keys / pairs, pairs - 1, possible);
    }
  }

  /** In bins of 100 times 100, numbers and places are independent, and so are neighbors' places. */
  @ParameterizedTest
  @ValueSource(ints = {60_000, 1_000_000})
  void shouldShowNoPatternInTheOrder(int size) {
    int bins = 100;
    for (long key = 0; key < 3; key++) {
      Permutation permutation = Permutation.of(size, key);
      long[] joint = new long[bins * bins];
      long[] neighbors = new long[bins * bins];
      double correlation = 0;
      long previous = permutation.apply(size - 1);
      for (int i = 0; i < size; i++) {
        long place = permutation.apply(i);
        int bin = (int) (place * bins / size);
        joint[(int) ((long) i * bins / size) * bins + bin]++;
        neighbors[(int) (previous * bins / size) * bins + bin]++;
        correlation += (i - size / 2.0) * (place - size / 2.0) * 12 / size / size;
        previous = place;
      }
      // Row and column sums are fixed, hence (bins - 1)^2 degrees of freedom.
      int degreesOfFreedom = (bins - 1) * (bins - 1);
      double expected = (double) size / (bins * bins);
      assertUniform(expected, degreesOfFreedom, Arrays.stream(joint));
      assertUniform(expected, degreesOfFreedom, Arrays.stream(neighbors));
      assertEquals(0, correlation / size, TOLERANCE / Math.sqrt(size));
    }
  }

  @Test
  void shouldDifferForDifferentKeys() {
    int size = 10_000;
    for (long key = -20; key < 20; key++) {
      Permutation one = Permutation.of(size, key);
      for (long other : new long[] {key + 1, key ^ 1L << 40, Seeds.GOLDEN + key}) {
        Permutation two = Permutation.of(size, other);
        long same = LongStream.range(0, size).filter(i -> one.apply(i) == two.apply(i)).count();
        assertTrue(same < 10, "of 1 expected, found same=" + same); // Poisson: 1e-7 for 10
      }
    }
  }

  @Test
  void shouldNeverChange() {
    assertArrayEquals(GOLDEN_PLACES, places(12, 42, LongStream.range(0, 12).toArray()));
    assertArrayEquals(GOLDEN_LARGE, places(6_000_000, 42, 0, 1, 5_999_999));
    assertArrayEquals(GOLDEN_LARGEST, places(1L << 48, -1, 0, 1, (1L << 48) - 1));
  }

  @Test
  void shouldSurviveJavaSerialization() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(Permutation.of(6_000_000, 42));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Permutation copy = (Permutation) in.readObject();
      assertEquals(6_000_000, copy.size());
      assertEquals(GOLDEN_LARGE[0], copy.apply(0));
    }
  }

  @Test
  void shouldAllocateNothing() {
    Permutation permutation = Permutation.of(6_000_000, 42);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    permutation.apply(0);
    threads.getCurrentThreadAllocatedBytes();

    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1000; i++) {
      permutation.apply(i);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertTrue(allocated < 1000, () -> "allocated=" + allocated); // Less than a byte per call.
  }

  @Test
  void shouldRefuseSizesAndNumbersOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> Permutation.of(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> Permutation.of((1L << 48) + 1, 0));
    Permutation permutation = Permutation.of(3, 0);
    assertThrows(IndexOutOfBoundsException.class, () -> permutation.apply(3));
    assertThrows(IndexOutOfBoundsException.class, () -> permutation.apply(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> Permutation.of(0, 0).apply(0));
  }

  private static long[] places(long size, long key, long... numbers) {
    Permutation permutation = Permutation.of(size, key);
    return Arrays.stream(numbers).map(permutation::apply).toArray();
  }

  /** Pearson's test that all cells with an expectation are equally full. */
  private static void assertUniform(double expected, long degreesOfFreedom, LongStream counts) {
    double sum = counts.mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    double most = degreesOfFreedom + TOLERANCE * Math.sqrt(2.0 * degreesOfFreedom);
    assertTrue(
        sum < most,
        () ->
            String.format(
                Locale.ROOT, "chi-square=%.1f, degrees of freedom=%d", sum, degreesOfFreedom));
  }
}
