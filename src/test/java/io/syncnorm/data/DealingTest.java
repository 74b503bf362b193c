package io.syncnorm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of dealing rows other than row by row. */
class DealingTest {
  private static final int ROWS = 2000;
  private static final int CLASSES = 10;
  private static final int WORLD = 8;
  private static final long SEED = 42;

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
      int[] labels = labels(shard.training());
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
    byte[] labels = {3, 1, 2, 1, (byte) 200, 0, 3};
    assertArrayEquals(new int[] {1, 0, 1, 0, 2, 0, 2}, Dealing.BY_LABEL.owners(labels, 3, SEED));
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
    byte[] labels = labelled().labels();
    Dealing dealing = Dealing.dirichlet(0.5);
    int[] owners = dealing.owners(labels, WORLD, SEED);
    assertArrayEquals(owners, dealing.owners(labels, WORLD, SEED));
    assertNotEquals(
        Arrays.hashCode(owners), Arrays.hashCode(dealing.owners(labels, WORLD, SEED + 1)));
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
    int[] owners = Dealing.dirichlet(alpha).owners(labelled().labels(), WORLD, SEED);
    int[][] counts = new int[CLASSES][WORLD];
    for (int row = 0; row < ROWS; row++) {
      counts[row % CLASSES][owners[row]]++;
    }
    return Arrays.stream(counts)
            .mapToInt(ofClass -> Arrays.stream(ofClass).max().orElseThrow())
            .average()
            .orElseThrow()
        / ((double) ROWS / CLASSES);
  }

  private static void assertNoRowLost(List<Shard> shards) {
    List<Integer> rows = new ArrayList<>();
    for (Shard shard : shards) {
      Rows training = shard.training();
      byte[] pixels = ((Features.Bytes) training.features()).values();
      for (int i = 0; i < training.count(); i++) {
        int row = ((pixels[2 * i] & 0xff) << 8) | (pixels[2 * i + 1] & 0xff);
        assertEquals(row % CLASSES, training.label(i), "pixels and labels stay together");
        rows.add(row);
      }
    }
    assertEquals(IntStream.range(0, ROWS).boxed().toList(), rows.stream().sorted().toList());
  }

  private static int[] labels(Rows rows) {
    return IntStream.range(0, rows.count()).map(rows::label).toArray();
  }

  private static List<Shard> deal(Dealing dealing, int world) {
    return Sharding.deal(labelled(), labelled(), world, SEED, dealing);
  }

  /** Rows whose two pixels are their number, and whose label is its last digit. */
  private static LabelledImages labelled() {
    byte[] pixels = new byte[2 * ROWS];
    byte[] labels = new byte[ROWS];
    for (int row = 0; row < ROWS; row++) {
      pixels[2 * row] = (byte) (row >> 8);
      pixels[2 * row + 1] = (byte) row;
      labels[row] = (byte) (row % CLASSES);
    }
    return new LabelledImages(IdxBytes.grey(ROWS, 1, 2, pixels), labels, List.of());
  }
}
