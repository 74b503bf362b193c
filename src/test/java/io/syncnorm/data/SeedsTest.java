package io.syncnorm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedsTest {
  /**
   * Computed by seeds_golden.py in the test resources. Another value would break every resumed run.
   */
  private static final long GOLDEN_MIX = 0xf4e430ec05b58770L;

  private static final int[] GOLDEN_ORDER = {1, 0, 4, 7, 2, 3, 5, 6};

  @Test
  void shouldGiveDifferentSeedsForNeighboringNumbers() {
    Set<Long> seen = new HashSet<>();
    int mixed = 0;
    for (long seed = -10; seed < 10; seed++) {
      seen.add(Seeds.mix(seed));
      mixed++;
      for (long rank = 0; rank < 64; rank++) {
        seen.add(Seeds.mix(seed, rank));
        mixed++;
        for (long epoch = -1; epoch < 64; epoch++) {
          seen.add(Seeds.mix(seed, rank, epoch));
          mixed++;
        }
      }
    }
    assertEquals(mixed, seen.size());
  }

  @Test
  void shouldChangeHalfOfTheBitsWhenOneBitChanges() {
    int samples = 0;
    int changed = 0;
    for (int bit = 0; bit < Long.SIZE; bit++) {
      long flip = 1L << bit;
      long reference = Seeds.mix(42, 3, 7);
      changed += Long.bitCount(reference ^ Seeds.mix(42 ^ flip, 3, 7));
      changed += Long.bitCount(reference ^ Seeds.mix(42, 3 ^ flip, 7));
      changed += Long.bitCount(reference ^ Seeds.mix(42, 3, 7 ^ flip));
      samples += 3;
    }
    double mean = (double) changed / samples;
    // 192 samples of 64 fair bits: the mean's standard deviation is 4 / sqrt(192) = 0.29.
    assertEquals(32, mean, 1.5);
  }

  @Test
  void shouldPermuteUniformly() {
    int[][] count = new int[4][4];
    int trials = 24_000;
    int[] order = new int[4];
    for (int seed = 0; seed < trials; seed++) {
      Seeds.permute(order, Seeds.mix(seed));
      for (int i = 0; i < order.length; i++) {
        count[i][order[i]]++;
      }
    }
    for (int[] places : count) {
      for (int value : places) {
        assertEquals(trials / 4.0, value, 400); // 6 standard deviations of 67 each.
      }
    }
  }

  @Test
  void shouldNeverChange() {
    int[] order = new int[GOLDEN_ORDER.length];
    Seeds.permute(order, 42);

    assertEquals(GOLDEN_MIX, Seeds.mix(42, 3, 7));
    assertArrayEquals(GOLDEN_ORDER, order);
  }
}
