package io.syncnorm.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MomentsTest {
  /** Tolerance of sums of a few doubles. */
  private static final double TOLERANCE = 1e-12;

  @Test
  void shouldPackCountMeanAndSquaredDeviationsPerFeature() {
    float[] x = {1, 10, 2, 20, 6, 60};
    double[] packed = new double[Moments.packedLength(2)];
    Moments.of(x, 3, 2, packed);
    // Column one: 1, 2, 6 has mean 3 and squared deviations 4 + 1 + 9; column two is ten times it.
    assertArrayEquals(new double[] {3, 3, 30, 14, 1400}, packed, TOLERANCE);
  }

  @Test
  void shouldMergeUnequalPartsToTheMomentsOfAllRows() {
    float[] x = {3, -1, 4, 1, 5, 9, 2, -6, 5, 3, 5, 8};
    double[] whole = new double[Moments.packedLength(1)];
    Moments.of(x, x.length, 1, whole);
    for (int cut = 0; cut <= x.length; cut++) {
      double[] left = new double[3];
      double[] right = new double[3];
      Moments.of(Arrays.copyOfRange(x, 0, cut), cut, 1, left);
      Moments.of(Arrays.copyOfRange(x, cut, x.length), x.length - cut, 1, right);
      Moments.merge(left, right);
      assertArrayEquals(whole, left, TOLERANCE, "cut=" + cut);
    }
  }

  @Test
  void shouldKeepAVarianceThatIsTinyRelativeToTheMean() {
    // E[x^2] - E[x]^2 would lose all digits of it: 4096 against a deviation of 0.5.
    float[] x = {4096.5f, 4095.5f};
    double[] packed = new double[3];
    Moments.of(x, 2, 1, packed);
    assertArrayEquals(new double[] {2, 4096, 0.5}, packed, TOLERANCE);
    double[] other = packed.clone();
    Moments.merge(packed, other);
    assertArrayEquals(new double[] {4, 4096, 1}, packed, TOLERANCE);
  }

  @Test
  void shouldPackNoRowsAsZeros() {
    double[] packed = {7, 7, 7};
    Moments.of(new float[0], 0, 1, packed);
    assertArrayEquals(new double[3], packed);
    Moments.merge(packed, new double[3]);
    assertEquals(0, packed[0]);
  }
}
