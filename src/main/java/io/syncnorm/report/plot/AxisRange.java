package io.syncnorm.report.plot;

import java.util.Arrays;

/**
 * The range of the y-axis: the drawn values with a margin.
 *
 * @param min lower end
 * @param max upper end, larger than {@code min}
 */
record AxisRange(double min, double max) {
  /** Margin above and below the curves, as a fraction of their span. */
  private static final double MARGIN = 0.04;

  /** The minimum span: even a flat curve needs distinct tick labels. */
  private static final double SMALLEST_SPAN = 1e-3;

  /** Larger losses belong to a diverged run and would overflow labels and pixel arithmetic. */
  private static final double LARGEST_DRAWN = 1e30;

  /** The approximate number of tick marks on an axis. */
  private static final int TICKS = 10;

  /** Replaces a value that cannot be drawn by NaN, which leaves a gap in a curve. */
  static double drawable(double value) {
    return Math.abs(value) <= LARGEST_DRAWN ? value : Double.NaN;
  }

  /** Returns the range of all drawable values; 0..1 if there are none. */
  static AxisRange around(double[] values) {
    double[] drawn =
        Arrays.stream(values).map(AxisRange::drawable).filter(v -> !Double.isNaN(v)).toArray();
    if (drawn.length == 0) {
      return new AxisRange(0, 1);
    }
    double low = Arrays.stream(drawn).min().getAsDouble();
    double high = Arrays.stream(drawn).max().getAsDouble();
    double largest = Math.max(Math.abs(low), Math.abs(high));
    double smallest = Math.max(SMALLEST_SPAN, 1e-6 * largest);
    double missing = Math.max(0, smallest - (high - low)) / 2;
    double air = MARGIN * Math.max(high - low, smallest);
    return new AxisRange(low - missing - air, high + missing + air);
  }

  /**
   * Returns the range from just below 0, whose label needs space, to the largest drawable value.
   */
  static AxisRange fromZero(double[] values) {
    double high = Arrays.stream(values).filter(v -> v <= LARGEST_DRAWN).max().orElse(0);
    double top = high > SMALLEST_SPAN ? high * (1 + MARGIN) : 1;
    return new AxisRange(-0.01 * top, top);
  }

  /**
   * Returns a {@link java.text.DecimalFormat} pattern with the decimals that the tick marks need.
   */
  String pattern() {
    if (Math.max(Math.abs(min), Math.abs(max)) >= 1e6) {
      return "0.0##E0";
    }
    int decimals = (int) Math.max(0, Math.ceil(-Math.log10((max - min) / TICKS) - 0.2));
    return decimals == 0 ? "0" : "0." + "0".repeat(decimals);
  }
}
