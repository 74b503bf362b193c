package io.syncnorm.report.plot;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.GridGroup;
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
   * @param heights of all {@link #PARTS}, from bottom to top
   */
  private record Bar(String label, double[] heights) {
    static Bar of(String label, EpochMetrics epoch) {
      return new Bar(
          label,
          PARTS.stream()
              .mapToDouble(part -> AxisRange.drawable(part.seconds.applyAsDouble(epoch)))
              .map(height -> height > 0 ? height : 0)
              .toArray());
    }

    static Bar of(EpochMetrics epoch) {
      return of(Integer.toString(epoch.epoch()), epoch);
    }
  }

  private final String xTitle;
  private final List<Bar> bars;
  private final AxisRange range;

  /**
   * @param scale bars that the y-axis must fit
   */
  private TimeChart(String of, String xTitle, List<Bar> bars, Stream<Bar> scale) {
    super(
        "Seconds per epoch, " + of,
        "Horizontal axis: %s. Vertical axis: Seconds. Stacked bars, from bottom to top: %s."
            .formatted(xTitle, PARTS.stream().map(Part::name).collect(Collectors.joining("; "))));
    this.xTitle = xTitle;
    this.bars = bars;
    this.range =
        AxisRange.fromZero(scale.mapToDouble(bar -> Arrays.stream(bar.heights).sum()).toArray());
  }

  /**
   * Plots the epochs of one model; takes all rows, so that the charts of all models share a scale.
   */
  static TimeChart ofEpochs(String model, List<EpochMetrics> allRows) {
    List<EpochMetrics> rows = EpochMetrics.byModel(allRows).getOrDefault(model, List.of());
    return new TimeChart(
        model, "Epoch", rows.stream().map(Bar::of).toList(), allRows.stream().map(Bar::of));
  }

  /** Plots the mean epoch of each group, labeled with the group's number. */
  static TimeChart ofGroups(List<GridGroup> groups) {
    List<Bar> bars =
        groups.stream().map(group -> Bar.of(group.shortName(), group.meanEpoch())).toList();
    return new TimeChart("mean of each cell", "Cell", bars, bars.stream());
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
    IntStream.range(0, PARTS.size())
        .forEach(
            part -> {
              List<Double> seconds = bars.stream().map(bar -> bar.heights[part]).toList();
              chart
                  .addSeries(PARTS.get(part).name(), labels, seconds)
                  .setFillColor(PARTS.get(part).colour().onPaper());
            });
    return style.withLegend(
        chart,
        PARTS.stream().map(part -> Legend.box(part.name(), part.colour().onPaper())).toList());
  }
}
