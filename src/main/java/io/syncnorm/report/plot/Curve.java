package io.syncnorm.report.plot;

import io.syncnorm.report.EpochMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A line of a {@link CurveChart}.
 *
 * @param name in the legend
 * @param colour index of {@link PlotStyle#colour}
 * @param x ascending
 * @param y values; one that is not finite is a gap
 */
public record Curve(String name, Look look, int colour, double[] x, double[] y) {
  /** How the line is drawn. */
  public enum Look {
    SOLID("solid line"),
    DASHED("dashed line");

    final String words;

    Look(String words) {
      this.words = words;
    }
  }

  /** Omits values that cannot be drawn. */
  public Curve {
    y = Arrays.stream(y).map(AxisRange::drawable).toArray();
  }

  /**
   * Returns the curve of a value over the epochs.
   *
   * @param rows by ascending epoch
   */
  public static Curve byEpoch(
      String name,
      Look look,
      int colour,
      List<EpochMetrics> rows,
      ToDoubleFunction<EpochMetrics> value) {
    return new Curve(
        name,
        look,
        colour,
        rows.stream().mapToDouble(EpochMetrics::epoch).toArray(),
        rows.stream().mapToDouble(value).toArray());
  }

  /** Whether the curve has no point to draw. */
  public boolean isEmpty() {
    return Arrays.stream(y).allMatch(Double::isNaN);
  }

  /** Whether the curve has an isolated point, which a line alone would not show. */
  boolean hasIsolatedPoint() {
    for (int i = 0; i < y.length; i++) {
      boolean gapBefore = i == 0 || Double.isNaN(y[i - 1]);
      boolean gapAfter = i == y.length - 1 || Double.isNaN(y[i + 1]);
      if (gapBefore && gapAfter && !Double.isNaN(y[i])) {
        return true;
      }
    }
    return false;
  }
}
