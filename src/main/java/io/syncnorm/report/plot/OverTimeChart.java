package io.syncnorm.report.plot;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.EpochMetrics;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Test accuracy against the seconds of training, on a logarithmic axis: learners that are compared
 * by time may differ a hundredfold.
 */
final class OverTimeChart implements Drawing {
  /** Clocks and logarithms: no training took less. */
  private static final double LEAST_SECONDS = 1e-3;

  private record Line(String name, double[] seconds, double[] accuracies) {}

  private final List<Line> lines = new ArrayList<>();

  OverTimeChart(List<EpochMetrics> rows, List<Baseline> baselines) {
    EpochMetrics.byModel(rows)
        .forEach(
            (model, epochs) -> {
              double[] seconds = epochs.stream().mapToDouble(EpochMetrics::seconds).toArray();
              Arrays.parallelPrefix(seconds, Double::sum);
              add(
                  model,
                  seconds,
                  epochs.stream().mapToDouble(epoch -> 100 * epoch.testAccuracy()).toArray());
            });
    for (Baseline baseline : baselines) {
      add(
          baseline.name(),
          baseline.points().stream().mapToDouble(Baseline.Point::seconds).toArray(),
          baseline.points().stream().mapToDouble(point -> 100 * point.testAccuracy()).toArray());
    }
  }

  private void add(String name, double[] seconds, double[] accuracies) {
    double[] drawable = Arrays.stream(seconds).map(s -> Math.max(LEAST_SECONDS, s)).toArray();
    lines.add(
        new Line(name, drawable, Arrays.stream(accuracies).map(AxisRange::drawable).toArray()));
  }

  @Override
  public String title() {
    return "Test accuracy by seconds of training";
  }

  @Override
  public String description() {
    return "Horizontal axis: seconds of training, logarithmic. Vertical axis: test accuracy in percent. Curves: "
        + String.join("; ", lines.stream().map(Line::name).toList())
        + ".";
  }

  @Override
  public IChart draw(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    XYChart chart = new XYChart(size.width, style.chartHeight(size.height), ChartTheme.GGPlot2);
    chart.setXAxisTitle("Seconds of training");
    chart.setYAxisTitle("Test accuracy, %");
    double[] all = lines.stream().flatMapToDouble(l -> Arrays.stream(l.accuracies())).toArray();
    style.apply(chart.getStyler(), AxisRange.around(all));
    chart.getStyler().setXAxisLogarithmic(true).setPlotContentSize(0.95);
    chart.getStyler().setMarkerSize((int) size.scaled(9));
    List<Legend.Entry> legend = new ArrayList<>();
    for (Line line : lines) {
      Color colour = PlotStyle.colour(legend.size());
      // XChart wants a unique name; the texts of two models may look the same.
      XYSeries series =
          chart.addSeries(Integer.toString(legend.size()), line.seconds(), line.accuracies());
      series.setLineColor(colour).setLineStyle(style.solid());
      series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(colour);
      legend.add(Legend.line(line.name(), colour, style.solid(), SeriesMarkers.CIRCLE));
    }
    return style.withLegend(chart, legend);
  }
}
