package io.syncnorm.spark.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.Rows;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests exact sums and the moments made of them. */
class StandardizationTest {
  private static final int LENGTH = 5;

  @Test
  void shouldGiveHandComputedMoments() {
    ExactSums sums = new ExactSums(3);
    sums.add(new float[] {1, -2, 7});
    sums.add(new float[] {2, 2, 7});
    sums.add(new float[] {6, 0, 7});
    Standardization moments = sums.standardization();
    assertArrayEquals(new float[] {3, 0, 7}, moments.mean());
    assertArrayEquals(
        new float[] {(float) Math.sqrt(14 / 3.0), (float) Math.sqrt(8 / 3.0), 1},
        moments.deviation());

    Rows rows =
        new Rows(3, new Features.Floats(new float[] {1, 2, 8}), new int[] {4})
            .withWeights(new float[] {0.5f});
    Rows standardized = moments.apply(Part.TEST, rows);
    assertEquals(-2 / moments.deviation()[0], feature(standardized, 0));
    assertEquals(1, feature(standardized, 2));
    assertEquals(4, standardized.label(0));
    assertEquals(0.5f, standardized.weight(0));
  }

  @Test
  void shouldSumExactlyInAnyOrderAndGrouping() {
    float[][] rows = rows(999);
    Standardization inOrder = of(rows, 0, rows.length).standardization();
    Standardization grouped =
        of(rows, 700, rows.length).plus(of(rows, 0, 13)).plus(of(rows, 13, 700)).standardization();
    assertArrayEquals(inOrder.mean(), grouped.mean());
    assertArrayEquals(inOrder.deviation(), grouped.deviation());
    // Sums in floating point would lose 1 beside 1e30.
    ExactSums cancelled = new ExactSums(1);
    for (float value : new float[] {1e30f, 3, -1e30f}) {
      cancelled.add(new float[] {value});
    }
    assertEquals(1, cancelled.standardization().mean()[0]);
  }

  @Test
  void shouldHoldTheLargestAndTheSmallestNumbers() {
    ExactSums sums = new ExactSums(2);
    for (int i = 0; i < 3; i++) {
      sums.add(new float[] {Float.MAX_VALUE, Float.MIN_VALUE});
      sums.add(new float[] {-Float.MAX_VALUE, 0});
    }
    Standardization moments = sums.plus(new ExactSums(2)).standardization();
    assertArrayEquals(new float[] {0, (float) (0.5 * Float.MIN_VALUE)}, moments.mean());
    assertEquals(Float.MAX_VALUE, moments.deviation()[0]);
  }

  private static float feature(Rows rows, int index) {
    float[] into = new float[rows.rowLength()];
    rows.features().copyTo(0, into, 0, into.length);
    return into[index];
  }

  private static ExactSums of(float[][] rows, int from, int to) {
    ExactSums sums = new ExactSums(LENGTH);
    for (int i = from; i < to; i++) {
      sums.add(rows[i]);
    }
    return sums;
  }

  private static float[][] rows(int count) {
    Random random = new Random(3);
    float[][] rows = new float[count][LENGTH];
    for (float[] row : rows) {
      for (int i = 0; i < LENGTH; i++) {
        row[i] = (float) (random.nextGaussian() * Math.pow(10, 10 * i - 20));
      }
    }
    return rows;
  }
}
