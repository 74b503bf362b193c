package io.syncnorm.report.plot;

import java.util.Arrays;

/**
 * The part of the y-axis that a plot shows: the drawn values and a little air.
 *
 * @param min lower end
 * @param max upper end, larger than {@code min}
 */
record AxisRange(double min, double max) {
  /** Air above and below the curves, as a fraction of their span. */
  private static final double AIR = 0.04;

  /** A flat curve still needs an axis with distinct tick labels. */
  private static final double SMALLEST_SPAN = 1e-3;

  /** Losses beyond this belong to a diverged run; labels and pixel arithmetic break down there. */
  private static final double LARGEST_DRAWN = 1e30;

  /** About as many tick marks as an axis has. */
  private static final int TICKS = 10;

  /** Replaces what cannot be drawn by NaN, which leaves a gap in a curve. */
  static double drawable(double value) {
    return Math.abs(value) <= LARGEST_DRAWN ? value : Double.NaN;
  }

  /** The range that holds all drawable values; 0..1 if there are none. */
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
    double air = AIR * Math.max(high - low, smallest);
    return new AxisRange(low - missing - air, high + missing + air);
  }

  /** The range from just below 0, whose label needs the room, to the largest drawable value. */
  static AxisRange fromZero(double[] values) {
    double high = Arrays.stream(values).filter(v -> v <= LARGEST_DRAWN).max().orElse(0);
    double top = high > SMALLEST_SPAN ? high * (1 + AIR) : 1;
    return new AxisRange(-0.01 * top, top);
  }

  /** A {@link java.text.DecimalFormat} pattern with as many decimals as the tick marks need. */
  String pattern() {
    if (Math.max(Math.abs(min), Math.abs(max)) >= 1e6) {
      return "0.0##E0";
    }
    int decimals = (int) Math.max(0, Math.ceil(-Math.log10((max - min) / TICKS) - 0.2));
    return decimals == 0 ? "0" : "0." + "0".repeat(decimals);
  }
}
