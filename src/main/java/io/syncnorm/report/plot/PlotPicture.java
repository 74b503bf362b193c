package io.syncnorm.report.plot;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.chartpart.IChart;

/**
 * A chart with a legend below it. The first row of the legend is taken from the picture's height,
 * further ones are added to it, so that the panel stays as large however many models there are.
 */
final class PlotPicture implements IChart {
  private final Chart<?, ?> chart;
  private final Legend legend;
  private final int margin;

  /**
   * Puts both together.
   *
   * @param chart its own legend switched off
   * @param margin pixels below the legend
   */
  PlotPicture(Chart<?, ?> chart, Legend legend, int margin) {
    this.chart = chart;
    this.legend = legend;
    this.margin = margin;
  }

  @Override
  public void paint(Graphics2D g, int width, int height) {
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setColor(PlotColour.PAPER.onPaper());
    g.fillRect(0, 0, width, height);
    chart.paint(g, chart.getWidth(), chart.getHeight());
    legend.paint(g, chart.getHeight());
  }

  @Override
  public int getWidth() {
    return chart.getWidth();
  }

  @Override
  public int getHeight() {
    return chart.getHeight() + legend.height() + margin;
  }

  @Override
  public String getTitle() {
    return chart.getTitle();
  }
}
