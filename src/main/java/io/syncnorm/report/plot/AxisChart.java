package io.syncnorm.report.plot;

import io.syncnorm.report.GridGroup;
import io.syncnorm.report.Sample;
import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Test accuracy along one axis of a grid, with one line per combination of the others. */
final class AxisChart extends Plot {
  /** With more lines colors are hard to distinguish; then one line combines all. */
  private static final int MOST_LINES = 6;

  private static final String MIXED = "all other settings combined";

  private final String axis;
  private final List<String> values;

  /** One sample per value of the axis, by the name of the line. */
  private final Map<String, List<Sample>> lines;

  private AxisChart(String axis, List<String> values, Map<String, List<Sample>> lines) {
    super(
        "Test accuracy by " + axis,
        "Horizontal axis: %s. Vertical axis: test accuracy in percent, mean over seeds%s, with the 95 %% confidence interval. Lines: %s."
            .formatted(
                axis,
                lines.containsKey(MIXED) ? " and other settings" : "",
                String.join("; ", lines.keySet())));
    this.axis = axis;
    this.values = values;
    this.lines = lines;
  }

  static AxisChart of(String axis, List<String> values, List<GridGroup> groups) {
    Map<String, List<GridGroup>> apart = new LinkedHashMap<>();
    for (GridGroup group : groups) {
      Map<String, String> others = group.elsewhere(axis);
      String name = others.isEmpty() ? "all cells" : GridGroup.label(others);
      apart.computeIfAbsent(name, key -> new ArrayList<>()).add(group);
    }
    Map<String, List<Sample>> lines = new LinkedHashMap<>();
    (apart.size() <= MOST_LINES ? apart : Map.of(MIXED, groups))
        .forEach((name, line) -> lines.put(name, samples(axis, values, line)));
    return new AxisChart(axis, values, lines);
  }

  private static List<Sample> samples(String axis, List<String> values, List<GridGroup> groups) {
    return values.stream()
        .map(
            value ->
                new Sample(
                    groups.stream()
                        .filter(group -> value.equals(group.coordinates().get(axis)))
                        .flatMapToDouble(group -> DoubleStream.of(group.accuracy().values()))
                        .map(fraction -> 100 * fraction)
                        .toArray()))
        .toList();
  }

  @Override
  PlotPicture draw(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    boolean upright = style.areUpright(values);
    int height =
        style.chartHeight(size.height * 3 / 4) + (upright ? style.uprightHeight(values) : 0);
    CategoryChart chart = new CategoryChart(size.width, height, ChartTheme.GGPlot2);
    chart.setXAxisTitle(axis);
    chart.setYAxisTitle("Test accuracy, %");
    double[] ends =
        lines.values().stream()
            .flatMap(List::stream)
            .flatMapToDouble(s -> DoubleStream.of(s.mean() - bar(s), s.mean() + bar(s)))
            .toArray();
    style.apply(chart.getStyler(), AxisRange.around(ends));
    List<String> labels = upright ? style.makeUpright(chart.getStyler(), values) : values;
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
    // Slightly offset, so that no bar hides another.
    chart.getStyler().setAvailableSpaceFill(0.1);
    chart.getStyler().setErrorBarsColorSeriesColor(true).setPlotContentSize(1);
    chart.getStyler().setMarkerSize((int) size.scaled(9));
    List<Legend.Entry> legend = new ArrayList<>();
    for (Map.Entry<String, List<Sample>> line : lines.entrySet()) {
      Color colour = PlotStyle.colour(legend.size());
      Legend.Entry entry = Legend.line(line.getKey(), colour, style.solid(), SeriesMarkers.CIRCLE);
      add(chart, entry, labels, line.getValue());
      legend.add(entry);
    }
    return style.withLegend(chart, legend);
  }

  private void add(
      CategoryChart chart, Legend.Entry entry, List<String> labels, List<Sample> line) {
    List<Double> means = new ArrayList<>();
    List<Double> bars = new ArrayList<>();
    for (Sample sample : line) {
      means.add(sample.count() == 0 ? null : sample.mean());
      bars.add(bar(sample));
    }
    String key = Integer.toString(chart.getSeriesCollection().size());
    entry.applyTo(chart.addSeries(key, labels, means, bars));
  }

  /** The length of an error bar; 0 for a single seed, which has no spread. */
  private static double bar(Sample sample) {
    double half = sample.confidence();
    return Double.isFinite(half) ? half : 0;
  }
}
