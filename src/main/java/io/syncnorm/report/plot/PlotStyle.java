package io.syncnorm.report.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;

/** The style of all plots of one size: fonts, colors, strokes and margins. */
final class PlotStyle {
  private static final Color INK = PlotColour.INK.onPaper();

  private final PlotSize size;
  private final Font font;

  PlotStyle(PlotSize size) throws PlotException {
    this.size = size;
    this.font = PlotFonts.plain();
  }

  /** The color of the model at {@code index}; colors repeat after six. */
  static Color colour(int index) {
    return PlotColour.SERIES.get(index % PlotColour.SERIES.size()).onPaper();
  }

  BasicStroke solid() {
    return new BasicStroke(size.scaled(3), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
  }

  /** A stroke for many lines in a small panel. */
  BasicStroke thin() {
    return new BasicStroke(size.scaled(2), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
  }

  BasicStroke dashed() {
    float[] dashes = {size.scaled(11), size.scaled(6)};
    return new BasicStroke(
        size.scaled(3), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0);
  }

  /** The minimum distance of tick marks, in pixels. */
  int tickGap() {
    return (int) (3 * size.labelFont);
  }

  /** The height of a chart whose picture, including one legend row, has {@code pictureHeight}. */
  int chartHeight(int pictureHeight) {
    return pictureHeight - Legend.rowHeight(labelFont()) - margin();
  }

  /**
   * Returns a chart, with its own legend disabled, above a custom legend. The first legend row is
   * taken from the picture's height and further rows are added to it, so that the panel's size does
   * not depend on the number of models.
   */
  PlotPicture withLegend(Chart<?, ?> chart, List<Legend.Entry> entries) {
    Legend legend = new Legend(entries, labelFont(), INK, size.width);
    return new PlotPicture(
        chart.getWidth(),
        chart.getHeight() + legend.height() + margin(),
        g -> {
          chart.paint(g, chart.getWidth(), chart.getHeight());
          legend.paint(g, chart.getHeight());
        });
  }

  /** Applies fonts, colors and the y-axis, and disables XChart's legend. */
  void apply(AxesChartStyler styler, AxisRange range) {
    styler.setAxisTitleFont(font.deriveFont(size.titleFont)).setBaseFont(labelFont());
    styler.setAxisTickLabelsFont(labelFont());
    styler.setChartFontColor(INK).setLocale(Locale.ROOT);
    styler.setAxisTickLabelsColor(INK).setAxisTickMarksColor(INK);
    styler.setAxisTitlePadding((int) size.scaled(12)).setYAxisTickMarkSpacingHint(tickGap());
    styler.setPlotBackgroundColor(PlotColour.PANEL.onPaper());
    styler.setChartBackgroundColor(PlotColour.PAPER.onPaper());
    styler.setPlotGridLinesColor(PlotColour.GRID.onPaper());
    styler.setPlotGridLinesStroke(new BasicStroke(1.5f));
    styler.setChartTitleVisible(false).setLegendVisible(false).setChartPadding(margin());
    styler.setYAxisMin(range.min()).setYAxisMax(range.max());
    styler.setYAxisDecimalPattern(range.pattern());
  }

  /**
   * Sets the x-axis so that tick marks are at integer epochs only. XChart rounds the requested
   * distance to 1, 2 or 5 times a power of ten, so requesting at least about one epoch gives
   * integers only.
   *
   * @param panel approximate fraction of the chart's width that the axis uses
   */
  void spaceEpochs(XYChart chart, double min, double max, double panel) {
    int oneEpoch = (int) (panel * chart.getWidth() / (max - min));
    chart.getStyler().setXAxisMin(min).setXAxisMax(max).setPlotContentSize(1);
    chart.getStyler().setXAxisTickMarkSpacingHint(Math.max(tickGap(), oneEpoch));
  }

  /** Whether the labels of a category axis are too many or too long to be horizontal. */
  boolean areUpright(List<String> categories) {
    return widest(categories) + size.scaled(8) > 0.85 * size.width / Math.max(1, categories.size());
  }

  /** The height of upright labels in pixels, at most half of the picture's width. */
  int uprightHeight(List<String> categories) {
    return (int) Math.min(widest(categories) + 1, size.width / 2.0);
  }

  /**
   * Makes the labels upright, each at its tick mark.
   *
   * @return the labels, cut to {@link #uprightHeight}, in the same order and all distinct
   */
  List<String> makeUpright(AxesChartStyler styler, List<String> categories) {
    styler.setXAxisLabelRotation(90).setXAxisLabelAlignmentVertical(TextAlignment.Right);
    styler.setXAxisTickMarkSpacingHint((int) (1.3 * size.labelFont));
    int room = uprightHeight(categories);
    List<String> cut =
        categories.stream().map(each -> PlotText.fitting(each, labelFont(), room)).toList();
    if (cut.stream().distinct().count() == cut.size()) {
      return cut;
    }
    return IntStream.rangeClosed(1, cut.size())
        .mapToObj(i -> PlotText.fitting(i + ": " + categories.get(i - 1), labelFont(), room))
        .toList();
  }

  private double widest(List<String> texts) {
    return texts.stream().mapToDouble(each -> PlotText.width(each, labelFont())).max().orElse(0);
  }

  /** The height of a line of text above a panel. */
  int titleHeight() {
    return Legend.rowHeight(labelFont());
  }

  /** Draws a title centered at the upper edge, cut to fit. */
  void paintTitle(Graphics2D g, String title, int width) {
    Font font = labelFont();
    String fitting = PlotText.fitting(title, font, width - 2.0 * size.scaled(4));
    double left = (width - PlotText.width(fitting, font)) / 2;
    g.setColor(INK);
    g.fill(PlotText.outline(fitting, font, left, size.scaled(4) + font.getSize2D()));
  }

  private Font labelFont() {
    return font.deriveFont(size.labelFont);
  }

  private int margin() {
    return (int) size.scaled(16);
  }
}
