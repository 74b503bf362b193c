package io.syncnorm.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactSumTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldRoundOnce(long seed) {
    Random random = new Random(seed);
    ExactSum sum = new ExactSum();
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < 300; i++) {
      double term = Math.scalb(random.nextGaussian(), random.nextInt(200) - 100);
      sum.add(term);
      expected = expected.add(new BigDecimal(term));
      assertEquals(expected.doubleValue(), sum.value());
    }
  }

  @Test
  void shouldAddTheSmallestAndTheGreatest() {
    assertEquals(Double.MIN_VALUE, of(Double.MAX_VALUE, Double.MIN_VALUE, -Double.MAX_VALUE));
    assertEquals(Double.MAX_VALUE, of(Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE));
    assertEquals(-3 * Double.MIN_VALUE, of(-Double.MIN_VALUE, -2 * Double.MIN_VALUE));
    assertEquals(Double.POSITIVE_INFINITY, of(Double.MAX_VALUE, Double.MAX_VALUE));
    assertEquals(0, of());
  }

  @Test
  void shouldBreakTiesByTheBitsFarBelow() {
    double half = Math.ulp(1.0) / 2;
    assertEquals(1, of(1, half));
    assertEquals(Math.nextUp(1.0), of(1, half, Double.MIN_VALUE));
    assertEquals(1, of(1, half, -Double.MIN_VALUE));
  }

  @Test
  void shouldKeepWhatIsNotFinite() {
    assertEquals(Double.NaN, of(1, Double.NaN, 2));
    assertEquals(Double.POSITIVE_INFINITY, of(1, Double.POSITIVE_INFINITY));
  }

  private static double of(double... terms) {
    ExactSum sum = new ExactSum();
    for (double term : terms) {
      ExactSum part = new ExactSum();
      part.add(term);
      sum.add(part);
    }
    return sum.value();
  }
}
