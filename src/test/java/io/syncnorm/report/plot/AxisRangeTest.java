package io.syncnorm.report.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AxisRangeTest {
  /** One or two roundings of a double. */
  private static final double ROUNDING = 1e-12;

  @Test
  void shouldContainAllValuesWithAMargin() {
    AxisRange range = AxisRange.around(new double[] {0.95, 0.9, 1.0});
    assertEquals(0.896, range.min(), ROUNDING);
    assertEquals(1.004, range.max(), ROUNDING);
    assertEquals("0.00", range.pattern());
  }

  @Test
  void shouldIgnoreValuesThatCannotBeDrawn() {
    double[] values = {Double.NaN, 1, Double.POSITIVE_INFINITY, 2, 1e300};
    AxisRange range = AxisRange.around(values);
    assertEquals(0.96, range.min(), ROUNDING);
    assertEquals(2.04, range.max(), ROUNDING);
    assertTrue(Double.isNaN(AxisRange.drawable(1e300)));
  }

  @Test
  void shouldAddAMarginAroundAFlatCurve() {
    AxisRange range = AxisRange.around(new double[] {0.98, 0.98});
    assertTrue(range.min() < 0.98 && range.max() > 0.98, range.toString());
    AxisRange large = AxisRange.around(new double[] {1e9, 1e9});
    assertTrue(large.max() - large.min() >= 1000, large.toString());
  }

  @Test
  void shouldShowZeroToOneWithoutValues() {
    assertEquals(new AxisRange(0, 1), AxisRange.around(new double[] {Double.NaN}));
    assertEquals(1, AxisRange.fromZero(new double[0]).max());
  }

  @Test
  void shouldWriteHugeLossesWithAnExponent() {
    assertEquals("0.0##E0", AxisRange.around(new double[] {2.3, 1e12}).pattern());
    assertEquals("0", AxisRange.around(new double[] {0, 100}).pattern());
    assertEquals("0.000", AxisRange.around(new double[] {0.98, 0.99}).pattern());
  }
}
