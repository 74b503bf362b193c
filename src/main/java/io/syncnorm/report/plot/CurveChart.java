package io.syncnorm.report.plot;

import io.syncnorm.report.EpochMetrics;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Curves over the epochs. */
final class CurveChart implements Drawing {
  /** More points than this and markers hide the line. */
  private static final int MOST_MARKED_EPOCHS = 40;

  /** Unit of accuracies in all plots. */
  static final String PERCENT = "%";

  private final String quantity;
  private final String unit;
  private final List<Curve> curves;

  CurveChart(String quantity, String unit, List<Curve> curves) {
    this.quantity = quantity;
    this.unit = unit;
    this.curves = curves;
  }

  /** One colour per model, training solid, test dashed. */
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
                  new Curve(model + ", training", Curve.Look.SOLID, colour, epochs, training));
              curves.add(new Curve(model + ", test", Curve.Look.DASHED, colour, epochs, test));
            });
    return new CurveChart(quantity, unit, curves);
  }

  @Override
  public String title() {
    return quantity + " by epoch";
  }

  @Override
  public String description() {
    return "Horizontal axis: Epoch. Vertical axis: "
        + yTitle()
        + ". Curves: "
        + curves.stream()
            .map(curve -> "%s (%s)".formatted(curve.name(), curve.look().words))
            .collect(Collectors.joining("; "))
        + ".";
  }

  @Override
  public PlotPicture draw(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    XYChart chart = new XYChart(size.width, style.chartHeight(size.height), ChartTheme.GGPlot2);
    chart.setXAxisTitle("Epoch");
    chart.setYAxisTitle(yTitle());
    double[] all = curves.stream().flatMapToDouble(c -> Arrays.stream(c.values())).toArray();
    style.apply(chart.getStyler(), AxisRange.around(all));
    chart.getStyler().setPlotContentSize(1).setMarkerSize((int) size.scaled(9));
    spaceEpochs(chart, size, style);
    // Few epochs, or a point that no line would show.
    boolean marked =
        curves.stream().anyMatch(c -> c.rows().size() <= MOST_MARKED_EPOCHS || c.hasLonelyPoint());
    List<Legend.Entry> legend = new ArrayList<>();
    for (Curve curve : curves) {
      Color colour = PlotStyle.colour(curve.colour());
      boolean solid = curve.look() == Curve.Look.SOLID;
      Marker marker = solid ? SeriesMarkers.CIRCLE : SeriesMarkers.DIAMOND;
      Legend.Entry entry =
          Legend.line(
              curve.name(),
              colour,
              solid ? style.solid() : style.dashed(),
              marked ? marker : SeriesMarkers.NONE);
      XYSeries series = addCurve(chart, entry, curve);
      // XChart strokes straight segments one by one and starts the dashes anew at each epoch; where
      // a segment is too short for a dash only its smooth curve, one stroke, shows them.
      series.setSmooth(!solid && curve.rows().size() > MOST_MARKED_EPOCHS);
      legend.add(entry);
    }
    return style.withLegend(chart, legend);
  }

  private String yTitle() {
    return unit.isEmpty() ? quantity : quantity + ", " + unit;
  }

  private static XYSeries addCurve(XYChart chart, Legend.Entry entry, Curve curve) {
    // XChart wants a unique name; the texts of two models may look the same.
    String key = Integer.toString(chart.getSeriesCollection().size());
    XYSeries series = chart.addSeries(key, curve.epochs(), curve.values());
    series.setLineColor(entry.colour()).setLineStyle(entry.stroke());
    series.setMarker(entry.marker()).setMarkerColor(entry.colour());
    return series;
  }

  /** Sets the x-axis so that tick marks fall on whole epochs only. */
  private void spaceEpochs(XYChart chart, PlotSize size, PlotStyle style) {
    IntSummaryStatistics epochs =
        curves.stream()
            .flatMap(curve -> curve.rows().stream())
            .mapToInt(EpochMetrics::epoch)
            .summaryStatistics();
    int first = epochs.getMin();
    int last = epochs.getMax();
    // Unequal margins: with equal ones a single epoch makes XChart put ticks on the axis' ends.
    double left = Math.max(0.6, Math.min(0.9, 0.02 * (last - first)));
    double right = left * 1.05;
    double span = last - first + left + right;
    // XChart rounds the wanted distance to 1, 2 or 5 times a power of ten: asking for at least
    // about one
    // epoch leaves only whole ones. The panel takes about nine tenths of the width.
    int oneEpoch = (int) (0.9 * size.width / span);
    chart.getStyler().setXAxisMin(first - left).setXAxisMax(last + right);
    chart.getStyler().setXAxisTickMarkSpacingHint(Math.max(style.tickGap(), oneEpoch));
  }
}
