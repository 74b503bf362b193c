package io.syncnorm.report.plot;

import io.syncnorm.report.EpochMetrics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One line of a {@link CurveChart}.
 *
 * @param name what the legend calls it
 * @param colour index of {@link PlotStyle#colour}
 * @param rows by ascending epoch
 * @param value of each epoch; what is not finite is a gap
 */
public record Curve(
    String name,
    Look look,
    int colour,
    List<EpochMetrics> rows,
    ToDoubleFunction<EpochMetrics> value) {
  /** How the line is drawn. */
  public enum Look {
    SOLID("solid line"),
    DASHED("dashed line");

    final String words;

    Look(String words) {
      this.words = words;
    }
  }

  double[] epochs() {
    return rows.stream().mapToDouble(EpochMetrics::epoch).toArray();
  }

  /** What is not drawn is NaN. */
  public double[] values() {
    return rows.stream().mapToDouble(value).map(AxisRange::drawable).toArray();
  }

  /** Whether there is a point with gaps on both sides, which no line would show. */
  boolean hasLonelyPoint() {
    double[] y = values();
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
