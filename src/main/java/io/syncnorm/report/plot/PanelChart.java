package io.syncnorm.report.plot;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.GridGroup;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Learning curves of each group of a grid, side by side on one scale; a line for each seed. */
final class PanelChart implements Drawing {
  private static final int COLUMNS_OF_LARGE = 3;

  private final List<GridGroup> groups;

  PanelChart(List<GridGroup> groups) {
    this.groups = groups.stream().limit(GridPlots.MOST_PANELS).toList();
  }

  @Override
  public String title() {
    return "Test accuracy by epoch, cell by cell";
  }

  @Override
  public String description() {
    return "Horizontal axes: epoch. Vertical axes: test accuracy in percent, all on one scale. One line for"
        + " each seed. Panels: "
        + String.join("; ", groups.stream().map(GridGroup::title).toList())
        + ".";
  }

  @Override
  public IChart draw(PlotSize size) throws PlotException {
    PlotStyle style = new PlotStyle(size);
    int columns = size == PlotSize.LARGE ? Math.min(COLUMNS_OF_LARGE, groups.size()) : 1;
    int width = size.width / columns;
    int height = Math.min(size.height * 3 / 4, width * 9 / 10) - style.titleHeight();
    AxisRange range = AxisRange.around(rows().mapToDouble(PanelChart::percent).toArray());
    List<Panel> panels = new ArrayList<>();
    for (GridGroup group : groups) {
      XYChart chart = new XYChart(width, height, ChartTheme.GGPlot2);
      chart.setXAxisTitle("Epoch");
      style.apply(chart.getStyler(), range);
      chart.getStyler().setPlotContentSize(1).setMarkerSize((int) size.scaled(6));
      spaceEpochs(chart, style);
      addCurves(chart, group, style);
      panels.add(new Panel(group.title(), chart));
    }
    return new Panels(title(), style, panels, columns);
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
      Color colour = PlotStyle.colour(index);
      XYSeries series =
          chart.addSeries(
              Integer.toString(index),
              rows.stream().mapToDouble(EpochMetrics::epoch).toArray(),
              rows.stream().mapToDouble(row -> AxisRange.drawable(percent(row))).toArray());
      series.setLineColor(colour).setLineStyle(style.thin());
      series.setMarker(rows.size() > 1 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
      series.setMarkerColor(colour);
    }
  }

  /** One range for all panels, with tick marks on whole epochs. */
  private void spaceEpochs(XYChart chart, PlotStyle style) {
    int last = rows().mapToInt(EpochMetrics::epoch).max().orElse(1);
    double span = last - 1 + 1.25;
    int oneEpoch = (int) (0.8 * chart.getWidth() / span);
    chart.getStyler().setXAxisMin(0.4).setXAxisMax(last + 0.65);
    chart.getStyler().setXAxisTickMarkSpacingHint(Math.max(style.tickGap(), oneEpoch));
  }

  /** A chart below its title. */
  private record Panel(String title, XYChart chart) {}

  /** Panels of one size in rows. */
  private record Panels(String title, PlotStyle style, List<Panel> panels, int columns)
      implements IChart {
    @Override
    public void paint(Graphics2D g, int width, int height) {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setColor(PlotColour.PAPER.onPaper());
      g.fillRect(0, 0, width, height);
      AffineTransform before = g.getTransform();
      for (int i = 0; i < panels.size(); i++) {
        Panel panel = panels.get(i);
        XYChart chart = panel.chart();
        g.setTransform(before);
        g.translate(i % columns * chart.getWidth(), i / columns * panelHeight());
        style.paintTitle(g, panel.title(), chart.getWidth());
        g.translate(0, style.titleHeight());
        chart.paint(g, chart.getWidth(), chart.getHeight());
      }
      g.setTransform(before);
    }

    private int panelHeight() {
      return style.titleHeight() + panels.get(0).chart().getHeight();
    }

    @Override
    public int getWidth() {
      return columns * panels.get(0).chart().getWidth();
    }

    @Override
    public int getHeight() {
      int rows = (panels.size() + columns - 1) / columns;
      return rows * panelHeight();
    }

    @Override
    public String getTitle() {
      return title;
    }
  }
}
