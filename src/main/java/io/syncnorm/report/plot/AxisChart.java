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
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Test accuracy against one axis of a grid, a line for each choice of the others. */
final class AxisChart implements Drawing {
  /** With more, nobody tells their colours apart; then one line has all of them together. */
  private static final int MOST_LINES = 6;

  private static final String MIXED = "all other settings together";

  private final String axis;
  private final List<String> values;
  private final Map<String, Map<String, Sample>> lines = new LinkedHashMap<>();

  AxisChart(String axis, List<GridGroup> groups) {
    this.axis = axis;
    this.values = groups.stream().map(group -> group.coordinates().get(axis)).distinct().toList();
    boolean apart = groups.stream().map(this::others).distinct().count() <= MOST_LINES;
    Map<String, Map<String, List<Double>>> accuracies = new LinkedHashMap<>();
    for (GridGroup group : groups) {
      List<Double> line =
          accuracies
              .computeIfAbsent(apart ? others(group) : MIXED, key -> new LinkedHashMap<>())
              .computeIfAbsent(group.coordinates().get(axis), key -> new ArrayList<>());
      DoubleStream.of(group.accuracy().values()).forEach(fraction -> line.add(100 * fraction));
    }
    accuracies.forEach(
        (name, line) -> {
          Map<String, Sample> samples = new LinkedHashMap<>();
          line.forEach(
              (value, list) ->
                  samples.put(
                      value, new Sample(list.stream().mapToDouble(Double::valueOf).toArray())));
          lines.put(name, samples);
        });
  }

  private String others(GridGroup group) {
    Map<String, String> others = new LinkedHashMap<>(group.coordinates());
    others.remove(axis);
    return others.isEmpty() ? "all cells" : GridGroup.label(others);
  }

  @Override
  public String title() {
    return "Test accuracy by " + axis;
  }

  @Override
  public String description() {
    return "Horizontal axis: %s. Vertical axis: test accuracy in percent, mean over seeds%s, with the 95 %% confidence interval. Lines: %s."
        .formatted(
            axis,
            lines.containsKey(MIXED) ? " and other settings" : "",
            String.join("; ", lines.keySet()));
  }

  @Override
  public IChart draw(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    boolean upright = style.areUpright(values);
    int height =
        style.chartHeight(size.height * 3 / 4) + (upright ? style.uprightHeight(values) : 0);
    CategoryChart chart = new CategoryChart(size.width, height, ChartTheme.GGPlot2);
    chart.setXAxisTitle(axis);
    chart.setYAxisTitle("Test accuracy, %");
    double[] ends =
        lines.values().stream()
            .flatMap(line -> line.values().stream())
            .flatMapToDouble(s -> DoubleStream.of(s.mean() - bar(s), s.mean() + bar(s)))
            .toArray();
    style.apply(chart.getStyler(), AxisRange.around(ends));
    List<String> labels = upright ? style.standUpright(chart.getStyler(), values) : values;
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
    // A little beside each other, so that no bar hides another.
    chart.getStyler().setAvailableSpaceFill(0.1);
    chart.getStyler().setErrorBarsColorSeriesColor(true).setPlotContentSize(1);
    chart.getStyler().setMarkerSize((int) size.scaled(9));
    List<Legend.Entry> legend = new ArrayList<>();
    for (Map.Entry<String, Map<String, Sample>> line : lines.entrySet()) {
      Color colour = PlotStyle.colour(legend.size());
      Legend.Entry entry = Legend.line(line.getKey(), colour, style.solid(), SeriesMarkers.CIRCLE);
      add(chart, entry, labels, line.getValue());
      legend.add(entry);
    }
    return style.withLegend(chart, legend);
  }

  private void add(
      CategoryChart chart, Legend.Entry entry, List<String> labels, Map<String, Sample> line) {
    List<Double> means = new ArrayList<>();
    List<Double> bars = new ArrayList<>();
    for (String value : values) {
      Sample sample = line.getOrDefault(value, new Sample(new double[0]));
      means.add(sample.count() == 0 ? null : sample.mean());
      bars.add(bar(sample));
    }
    String key = Integer.toString(chart.getSeriesCollection().size());
    CategorySeries series = chart.addSeries(key, labels, means, bars);
    series.setLineColor(entry.colour()).setLineStyle(entry.stroke());
    series.setMarker(entry.marker()).setMarkerColor(entry.colour());
  }

  /** No bar where a single seed says nothing of the spread. */
  private static double bar(Sample sample) {
    double half = sample.confidence();
    return Double.isFinite(half) ? half : 0;
  }
}
