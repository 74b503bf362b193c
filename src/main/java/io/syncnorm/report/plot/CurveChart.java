package io.syncnorm.report.plot;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.EpochMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Curves over the epochs, or over the seconds of training. */
final class CurveChart extends Plot {
  /** With more points the markers would hide the line. */
  private static final int MOST_MARKED_EPOCHS = 40;

  /** Lower bound of a training time, as a logarithm needs a positive value. */
  private static final double LEAST_SECONDS = 1e-3;

  private enum Axis {
    EPOCH("Epoch"),
    /** Logarithmic, because times of different learners may differ a hundredfold. */
    SECONDS("Seconds of training");

    final String title;

    Axis(String title) {
      this.title = title;
    }
  }

  private final Axis axis;
  private final String yTitle;
  private final List<Curve> curves;

  private CurveChart(
      String title, String description, Axis axis, String yTitle, List<Curve> curves) {
    super(title, description);
    this.axis = axis;
    this.yTitle = yTitle;
    this.curves = curves;
  }

  /** One color per model; training is solid, test is dashed. */
  static CurveChart learning(
      String quantity,
      String unit,
      List<EpochMetrics> rows,
      ToDoubleFunction<EpochMetrics> training,
      ToDoubleFunction<EpochMetrics> test) {
    List<Curve> curves = new ArrayList<>();
    EpochMetrics.byModel(rows)
        .forEach(
            (model, epochs) -> {
              int colour = curves.size() / 2;
              curves.add(
                  Curve.byEpoch(model + ", training", Curve.Look.SOLID, colour, epochs, training));
              curves.add(Curve.byEpoch(model + ", test", Curve.Look.DASHED, colour, epochs, test));
            });
    return byEpoch(quantity, unit, curves);
  }

  static CurveChart byEpoch(String quantity, String unit, List<Curve> curves) {
    String yTitle = unit.isEmpty() ? quantity : quantity + ", " + unit;
    String looks =
        curves.stream()
            .map(curve -> "%s (%s)".formatted(curve.name(), curve.look().words))
            .collect(Collectors.joining("; "));
    return new CurveChart(
        quantity + " by epoch",
        "Horizontal axis: Epoch. Vertical axis: %s. Curves: %s.".formatted(yTitle, looks),
        Axis.EPOCH,
        yTitle,
        curves);
  }

  /** Test accuracy of models after each epoch, and of baselines after each training. */
  static CurveChart overTime(List<EpochMetrics> rows, List<Baseline> baselines) {
    List<Curve> curves = new ArrayList<>();
    EpochMetrics.byModel(rows)
        .forEach(
            (model, epochs) -> {
              double[] seconds = epochs.stream().mapToDouble(EpochMetrics::seconds).toArray();
              Arrays.parallelPrefix(seconds, Double::sum);
              addOverTime(curves, model, seconds, epochs, EpochMetrics::testAccuracy);
            });
    for (Baseline baseline : baselines) {
      double[] seconds = baseline.points().stream().mapToDouble(Baseline.Point::seconds).toArray();
      addOverTime(
          curves, baseline.name(), seconds, baseline.points(), Baseline.Point::testAccuracy);
    }
    return new CurveChart(
        "Test accuracy by seconds of training",
        "Horizontal axis: seconds of training, logarithmic. Vertical axis: test accuracy in percent. Curves: "
            + curves.stream().map(Curve::name).collect(Collectors.joining("; "))
            + ".",
        Axis.SECONDS,
        "Test accuracy, %",
        curves);
  }

  private static <T> void addOverTime(
      List<Curve> curves,
      String name,
      double[] seconds,
      List<T> points,
      ToDoubleFunction<T> accuracy) {
    curves.add(
        new Curve(
            name,
            Curve.Look.SOLID,
            curves.size(),
            Arrays.stream(seconds).map(s -> Math.max(LEAST_SECONDS, s)).toArray(),
            points.stream().mapToDouble(point -> 100 * accuracy.applyAsDouble(point)).toArray()));
  }

  @Override
  PlotPicture draw(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    XYChart chart = new XYChart(size.width, style.chartHeight(size.height), ChartTheme.GGPlot2);
    chart.setXAxisTitle(axis.title);
    chart.setYAxisTitle(yTitle);
    double[] all = curves.stream().flatMapToDouble(c -> Arrays.stream(c.y())).toArray();
    style.apply(chart.getStyler(), AxisRange.around(all));
    chart.getStyler().setMarkerSize((int) size.scaled(9));
    switch (axis) {
      case EPOCH -> spaceEpochs(chart, style);
      case SECONDS -> chart.getStyler().setXAxisLogarithmic(true).setPlotContentSize(0.95);
    }
    // Markers for few points, or for an isolated one.
    boolean marked =
        axis == Axis.SECONDS
            || curves.stream()
                .anyMatch(c -> c.x().length <= MOST_MARKED_EPOCHS || c.hasIsolatedPoint());
    List<Legend.Entry> legend = new ArrayList<>();
    for (Curve curve : curves) {
      boolean solid = curve.look() == Curve.Look.SOLID;
      Marker marker = solid ? SeriesMarkers.CIRCLE : SeriesMarkers.DIAMOND;
      Legend.Entry entry =
          Legend.line(
              curve.name(),
              PlotStyle.colour(curve.colour()),
              solid ? style.solid() : style.dashed(),
              marked ? marker : SeriesMarkers.NONE);
      // XChart requires unique names; shortened names of two models may be equal.
      XYSeries series = chart.addSeries(Integer.toString(legend.size()), curve.x(), curve.y());
      entry.applyTo(series);
      // XChart draws straight segments one by one and restarts the dashes at each epoch. If
      // segments are shorter than a dash, only its smooth curve, a single stroke, shows dashes.
      series.setSmooth(!solid && curve.x().length > MOST_MARKED_EPOCHS);
      legend.add(entry);
    }
    return style.withLegend(chart, legend);
  }

  private void spaceEpochs(XYChart chart, PlotStyle style) {
    DoubleSummaryStatistics epochs =
        curves.stream().flatMapToDouble(c -> Arrays.stream(c.x())).summaryStatistics();
    double first = epochs.getMin();
    double last = epochs.getMax();
    // Unequal margins: with equal ones XChart puts ticks on the ends of the axis for a single
    // epoch.
    double margin = Math.max(0.6, Math.min(0.9, 0.02 * (last - first)));
    // The panel uses about nine tenths of the width.
    style.spaceEpochs(chart, first - margin, last + margin * 1.05, 0.9);
  }
}
