package io.syncnorm.report.plot;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.GridGroup;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Learning curves of each group of a grid, side by side on one scale, with one line per seed. */
final class PanelChart extends Plot {
  private static final int COLUMNS_OF_LARGE = 3;

  private final List<GridGroup> groups;

  PanelChart(List<GridGroup> groups) {
    super(
        "Test accuracy by epoch, cell by cell",
        "Horizontal axes: epoch. Vertical axes: test accuracy in percent, all on one scale. One line"
            + " per seed. Panels: "
            + String.join("; ", groups.stream().map(GridGroup::title).toList())
            + ".");
    this.groups = groups;
  }

  @Override
  PlotPicture draw(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    int columns = size == PlotSize.LARGE ? Math.min(COLUMNS_OF_LARGE, groups.size()) : 1;
    int width = size.width / columns;
    int height = Math.min(size.height * 3 / 4, width * 9 / 10);
    AxisRange range = AxisRange.around(rows().mapToDouble(PanelChart::percent).toArray());
    int last = rows().mapToInt(EpochMetrics::epoch).max().orElse(1);
    List<XYChart> charts = new ArrayList<>();
    for (GridGroup group : groups) {
      XYChart chart = new XYChart(width, height - style.titleHeight(), ChartTheme.GGPlot2);
      chart.setXAxisTitle("Epoch");
      style.apply(chart.getStyler(), range);
      chart.getStyler().setMarkerSize((int) size.scaled(6));
      style.spaceEpochs(chart, 0.4, last + 0.65, 0.8);
      addCurves(chart, group, style);
      charts.add(chart);
    }
    int rows = (charts.size() + columns - 1) / columns;
    return new PlotPicture(
        columns * width,
        rows * height,
        g -> {
          AffineTransform before = g.getTransform();
          for (int i = 0; i < charts.size(); i++) {
            g.setTransform(before);
            g.translate(i % columns * width, i / columns * height);
            paintPanel(g, style, groups.get(i).title(), charts.get(i));
          }
          g.setTransform(before);
        });
  }

  /** Draws a chart below its title. */
  private static void paintPanel(Graphics2D g, PlotStyle style, String title, XYChart chart) {
    style.paintTitle(g, title, chart.getWidth());
    g.translate(0, style.titleHeight());
    chart.paint(g, chart.getWidth(), chart.getHeight());
  }

  private Stream<EpochMetrics> rows() {
    return groups.stream().flatMap(g -> g.members().stream()).flatMap(m -> m.epochs().stream());
  }

  private static double percent(EpochMetrics row) {
    return 100 * row.testAccuracy();
  }

  private static void addCurves(XYChart chart, GridGroup group, PlotStyle style) {
    for (GridGroup.Member member : group.members()) {
      List<EpochMetrics> rows = member.epochs();
      if (rows.isEmpty()) {
        continue;
      }
      int index = chart.getSeriesCollection().size();
      String name = Integer.toString(index);
      Curve curve = Curve.byEpoch(name, Curve.Look.SOLID, index, rows, PanelChart::percent);
      Legend.line(
              name,
              PlotStyle.colour(index),
              style.thin(),
              rows.size() > 1 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE)
          .applyTo(chart.addSeries(name, curve.x(), curve.y()));
    }
  }
}
