package io.syncnorm.report.plot;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.GridGroup;
import io.syncnorm.report.RunResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.style.Styler.ChartTheme;

/** Stacked bars of the time that epochs spent in each part. */
final class TimeChart extends Plot {
  private record Part(String name, PlotColour colour, ToDoubleFunction<EpochMetrics> seconds) {}

  /**
   * The longest bar with a pause, in longest epochs: the others would be invisible beside the
   * minute that a run may wait for slots. The page has a table with the length of each pause.
   */
  private static final int TALLEST_BAR = 2;

  private static final List<Part> PARTS =
      List.of(
          new Part("compute", PlotColour.BLUE, EpochMetrics::computeSeconds),
          new Part("synchronization", PlotColour.RED, EpochMetrics::syncSeconds),
          new Part("waiting", PlotColour.LEAF, EpochMetrics::waitSeconds),
          new Part("averaging", PlotColour.PURPLE, EpochMetrics::averageSeconds),
          new Part("evaluation, other", PlotColour.SLATE, EpochMetrics::otherSeconds));

  /**
   * One stacked bar.
   *
   * @param heights of all parts, from bottom to top
   */
  private record Bar(String label, double[] heights) {
    static Bar of(String label, EpochMetrics epoch, List<Part> parts) {
      return new Bar(
          label,
          parts.stream()
              .mapToDouble(part -> AxisRange.drawable(part.seconds.applyAsDouble(epoch)))
              .map(height -> height > 0 ? height : 0)
              .toArray());
    }

    static Bar of(EpochMetrics epoch, List<Part> parts) {
      return of(Integer.toString(epoch.epoch()), epoch, parts);
    }
  }

  private final String xTitle;
  private final List<Part> parts;
  private final List<Bar> bars;
  private final AxisRange range;

  /**
   * @param scale bars that the y-axis must fit
   */
  private TimeChart(String of, String xTitle, List<Part> parts, List<Bar> bars, Stream<Bar> scale) {
    super(
        "Seconds per epoch, " + of,
        "Horizontal axis: %s. Vertical axis: Seconds. Stacked bars, from bottom to top: %s."
            .formatted(xTitle, parts.stream().map(Part::name).collect(Collectors.joining("; "))));
    this.xTitle = xTitle;
    this.parts = parts;
    this.bars = bars;
    this.range =
        AxisRange.fromZero(scale.mapToDouble(bar -> Arrays.stream(bar.heights).sum()).toArray());
  }

  /**
   * Plots the epochs of one model; takes all rows, so that the charts of all models share a scale.
   */
  static TimeChart ofEpochs(String model, List<EpochMetrics> allRows, List<RunResult.Hosts> hosts) {
    List<EpochMetrics> rows = EpochMetrics.byModel(allRows).getOrDefault(model, List.of());
    List<RunResult.Hosts> changes = RunResult.Hosts.changes(hosts);
    List<Part> parts = new ArrayList<>(PARTS);
    if (!changes.isEmpty()) {
      double tallest = allRows.stream().mapToDouble(EpochMetrics::seconds).max().orElse(0);
      parts.add(
          new Part(
              "pause",
              PlotColour.TEAL,
              epoch ->
                  Math.min(pauseSeconds(epoch, changes), TALLEST_BAR * tallest - epoch.seconds())));
    }
    return new TimeChart(
        model,
        "Epoch",
        parts,
        rows.stream().map(row -> Bar.of(row, parts)).toList(),
        allRows.stream().map(row -> Bar.of(row, parts)));
  }

  private static double pauseSeconds(EpochMetrics epoch, List<RunResult.Hosts> changes) {
    return changes.stream()
        .filter(each -> each.model().equals(epoch.model()) && each.epoch() + 1 == epoch.epoch())
        .mapToDouble(each -> each.pause().seconds())
        .sum();
  }

  /** Plots the mean epoch of each group, labeled with the group's number. */
  static TimeChart ofGroups(List<GridGroup> groups) {
    List<Bar> bars =
        groups.stream().map(group -> Bar.of(group.shortName(), group.meanEpoch(), PARTS)).toList();
    return new TimeChart("mean of each cell", "Cell", PARTS, bars, bars.stream());
  }

  @Override
  PlotPicture draw(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    int height = style.chartHeight(size.height * 3 / 4);
    CategoryChart chart = new CategoryChart(size.width, height, ChartTheme.GGPlot2);
    chart.setXAxisTitle(xTitle);
    chart.setYAxisTitle("Seconds");
    style.apply(chart.getStyler(), range);
    chart.getStyler().setStacked(true).setAvailableSpaceFill(0.8);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setXAxisTickMarkSpacingHint(style.tickGap()).setPlotContentSize(1);
    List<String> labels = bars.stream().map(Bar::label).toList();
    IntStream.range(0, parts.size())
        .forEach(
            part -> {
              List<Double> seconds = bars.stream().map(bar -> bar.heights[part]).toList();
              chart
                  .addSeries(parts.get(part).name(), labels, seconds)
                  .setFillColor(parts.get(part).colour().onPaper());
            });
    return style.withLegend(
        chart,
        parts.stream().map(part -> Legend.box(part.name(), part.colour().onPaper())).toList());
  }
}
