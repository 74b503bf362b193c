package io.syncnorm.report.plot;

import io.syncnorm.report.EpochMetrics;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.style.Styler.ChartTheme;

/** Stacked bars: where each epoch of one model spent its time. */
final class TimeChart implements Drawing {
  private record Part(String name, PlotColour colour, ToDoubleFunction<EpochMetrics> seconds) {}

  private static final List<Part> PARTS =
      List.of(
          new Part("compute", PlotColour.BLUE, EpochMetrics::computeSeconds),
          new Part("synchronization", PlotColour.RED, EpochMetrics::syncSeconds),
          new Part("waiting", PlotColour.LEAF, EpochMetrics::waitSeconds),
          new Part("averaging", PlotColour.PURPLE, EpochMetrics::averageSeconds),
          new Part("evaluation, other", PlotColour.SLATE, EpochMetrics::otherSeconds));

  /** The one model of {@link #ofCells}. */
  static final String CELLS = "mean of each cell";

  private final String model;
  private final String xTitle;
  private final String barPrefix;
  private final List<EpochMetrics> rows;
  private final AxisRange range;

  /** All rows are given, so that the charts of several models share one scale. */
  TimeChart(String model, List<EpochMetrics> allRows) {
    this(model, "Epoch", "", allRows);
  }

  /** A bar for each row, which is the mean epoch of a cell with the epoch's number as its own. */
  static TimeChart ofCells(List<EpochMetrics> rows) {
    return new TimeChart(CELLS, "Cell", "#", rows);
  }

  private TimeChart(String model, String xTitle, String barPrefix, List<EpochMetrics> allRows) {
    this.model = model;
    this.xTitle = xTitle;
    this.barPrefix = barPrefix;
    this.rows = EpochMetrics.byModel(allRows).getOrDefault(model, List.of());
    this.range = AxisRange.fromZero(allRows.stream().mapToDouble(TimeChart::stacked).toArray());
  }

  @Override
  public String title() {
    return "Seconds per epoch, " + model;
  }

  @Override
  public String description() {
    return "Horizontal axis: "
        + xTitle
        + ". Vertical axis: Seconds. Stacked bars, from below: "
        + String.join("; ", PARTS.stream().map(Part::name).toList())
        + ".";
  }

  @Override
  public PlotPicture draw(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    int height = style.chartHeight(size.height * 3 / 4);
    CategoryChart chart = new CategoryChart(size.width, height, ChartTheme.GGPlot2);
    chart.setXAxisTitle(xTitle);
    chart.setYAxisTitle("Seconds");
    style.apply(chart.getStyler(), range);
    chart.getStyler().setStacked(true).setAvailableSpaceFill(0.8);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setXAxisTickMarkSpacingHint(style.tickGap()).setPlotContentSize(1);
    List<String> epochs = rows.stream().map(row -> barPrefix + row.epoch()).toList();
    for (Part part : PARTS) {
      List<Double> seconds = rows.stream().map(row -> height(part, row)).toList();
      chart.addSeries(part.name(), epochs, seconds).setFillColor(part.colour().onPaper());
    }
    return style.withLegend(
        chart,
        PARTS.stream().map(part -> Legend.box(part.name(), part.colour().onPaper())).toList());
  }

  private static double height(Part part, EpochMetrics row) {
    double seconds = AxisRange.drawable(part.seconds().applyAsDouble(row));
    return seconds > 0 ? seconds : 0;
  }

  private static double stacked(EpochMetrics row) {
    return PARTS.stream().mapToDouble(part -> height(part, row)).sum();
  }
}
