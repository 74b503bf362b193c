package io.syncnorm.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Learning curves: one colour per model, training solid, validation dashed. */
final class CurveChart implements Drawing {
  /** More points than this and markers hide the line. */
  private static final int MOST_MARKED_EPOCHS = 40;

  private static final String TRAINING = ", training";
  private static final String VALIDATION = ", validation";

  private final String yTitle;
  private final Map<String, List<EpochMetrics>> models;
  private final ToDoubleFunction<EpochMetrics> training;
  private final ToDoubleFunction<EpochMetrics> validation;

  CurveChart(
      String yTitle,
      List<EpochMetrics> rows,
      ToDoubleFunction<EpochMetrics> training,
      ToDoubleFunction<EpochMetrics> validation) {
    this.yTitle = yTitle;
    this.models = EpochMetrics.byModel(rows);
    this.training = training;
    this.validation = validation;
  }

  @Override
  public String title() {
    return yTitle + " by epoch";
  }

  @Override
  public String description() {
    List<String> curves = new ArrayList<>();
    for (String model : models.keySet()) {
      curves.add(model + TRAINING + " (solid line)");
      curves.add(model + VALIDATION + " (dashed line)");
    }
    return "Horizontal axis: Epoch. Vertical axis: "
        + yTitle
        + ". Curves: "
        + String.join("; ", curves)
        + ".";
  }

  @Override
  public PlotPicture draw(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    XYChart chart = new XYChart(size.width, style.chartHeight(size.height), ChartTheme.GGPlot2);
    chart.setXAxisTitle("Epoch");
    chart.setYAxisTitle(yTitle);
    style.apply(chart.getStyler(), AxisRange.around(allValues()));
    chart.getStyler().setPlotContentSize(1).setMarkerSize((int) size.scaled(9));
    spaceEpochs(chart, size, style);
    boolean marked = needsMarkers();
    List<Legend.Entry> legend = new ArrayList<>();
    for (Map.Entry<String, List<EpochMetrics>> model : models.entrySet()) {
      Color colour = PlotStyle.colour(legend.size() / 2);
      List<EpochMetrics> rows = model.getValue();
      Legend.Entry solid =
          Legend.line(
              model.getKey() + TRAINING,
              colour,
              style.solid(),
              marked ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
      Legend.Entry dashed =
          Legend.line(
              model.getKey() + VALIDATION,
              colour,
              style.dashed(),
              marked ? SeriesMarkers.DIAMOND : SeriesMarkers.NONE);
      addCurve(chart, solid, rows, training);
      // XChart strokes straight segments one by one and starts the dashes anew at each epoch; where
      // a segment is too short for a dash only its smooth curve, one stroke, shows them.
      addCurve(chart, dashed, rows, validation).setSmooth(rows.size() > MOST_MARKED_EPOCHS);
      legend.add(solid);
      legend.add(dashed);
    }
    return style.withLegend(chart, legend);
  }

  private double[] allValues() {
    return models.values().stream()
        .flatMap(List::stream)
        .flatMapToDouble(
            row -> DoubleStream.of(training.applyAsDouble(row), validation.applyAsDouble(row)))
        .toArray();
  }

  private static XYSeries addCurve(
      XYChart chart,
      Legend.Entry entry,
      List<EpochMetrics> rows,
      ToDoubleFunction<EpochMetrics> value) {
    double[] x = rows.stream().mapToDouble(EpochMetrics::epoch).toArray();
    // XChart wants a unique name; the texts of two models may look the same.
    String key = Integer.toString(chart.getSeriesCollection().size());
    XYSeries series = chart.addSeries(key, x, values(rows, value));
    series.setLineColor(entry.colour()).setLineStyle(entry.stroke());
    series.setMarker(entry.marker()).setMarkerColor(entry.colour());
    return series;
  }

  /** Few epochs, or a point with gaps on both sides, which no line would show. */
  private boolean needsMarkers() {
    return models.values().stream()
        .anyMatch(
            rows ->
                rows.size() <= MOST_MARKED_EPOCHS
                    || hasLonelyPoint(values(rows, training))
                    || hasLonelyPoint(values(rows, validation)));
  }

  private static boolean hasLonelyPoint(double[] y) {
    for (int i = 0; i < y.length; i++) {
      boolean gapBefore = i == 0 || Double.isNaN(y[i - 1]);
      boolean gapAfter = i == y.length - 1 || Double.isNaN(y[i + 1]);
      if (gapBefore && gapAfter && !Double.isNaN(y[i])) {
        return true;
      }
    }
    return false;
  }

  private static double[] values(List<EpochMetrics> rows, ToDoubleFunction<EpochMetrics> value) {
    return rows.stream().mapToDouble(value).map(AxisRange::drawable).toArray();
  }

  /** Sets the x-axis so that tick marks fall on whole epochs only. */
  private void spaceEpochs(XYChart chart, PlotSize size, PlotStyle style) {
    IntSummaryStatistics epochs =
        models.values().stream()
            .flatMap(List::stream)
            .mapToInt(EpochMetrics::epoch)
            .summaryStatistics();
    int first = epochs.getMin();
    int last = epochs.getMax();
    // Unequal margins: with equal ones a single epoch makes XChart put ticks on the axis' ends.
    double left = Math.max(0.6, Math.min(0.9, 0.02 * (last - first)));
    double right = left * 1.05;
    double span = last - first + left + right;
    // XChart rounds the wanted distance to 1, 2 or 5 times a power of ten: asking for at least
    // about
    // one epoch leaves only whole ones. The panel takes about nine tenths of the width.
    int oneEpoch = (int) (0.9 * size.width / span);
    chart.getStyler().setXAxisMin(first - left).setXAxisMax(last + right);
    chart.getStyler().setXAxisTickMarkSpacingHint(Math.max(style.tickGap(), oneEpoch));
  }
}
