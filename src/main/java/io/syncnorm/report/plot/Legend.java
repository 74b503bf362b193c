package io.syncnorm.report.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.knowm.xchart.internal.series.MarkerSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A legend with aligned columns in as few rows as its width allows. XChart's own legend supports
 * only one row or one column, cuts off long texts, and separates entries no more than a line and
 * its text.
 */
final class Legend {
  /** The shape of a sample. */
  enum Swatch {
    LINE,
    BOX
  }

  /**
   * An entry: a sample and its text.
   *
   * @param label any text; white space of any kind becomes one space
   * @param colour colour of the sample
   * @param sample line or box
   * @param stroke of a line
   * @param marker in the middle of a line
   */
  record Entry(String label, Color colour, Swatch sample, BasicStroke stroke, Marker marker) {
    Entry {
      label = label.replaceAll("\\s+", " ").strip();
    }

    /** Applies the look of the sample to the series of a chart. */
    void applyTo(MarkerSeries series) {
      series.setLineColor(colour).setLineStyle(stroke);
      series.setMarker(marker).setMarkerColor(colour);
    }

    Entry withLabel(String other) {
      return new Entry(other, colour, sample, stroke, marker);
    }
  }

  static Entry line(String label, Color colour, BasicStroke stroke, Marker marker) {
    return new Entry(label, colour, Swatch.LINE, stroke, marker);
  }

  static Entry box(String label, Color colour) {
    return new Entry(label, colour, Swatch.BOX, new BasicStroke(), SeriesMarkers.NONE);
  }

  private final List<Entry> entries;
  private final Font font;
  private final Color ink;
  private final double width;
  private final int columns;
  private final double columnWidth;

  /**
   * Arranges the entries row by row.
   *
   * @param width pixels that the legend may take
   */
  Legend(List<Entry> entries, Font font, Color ink, double width) {
    this.font = font;
    this.ink = ink;
    this.width = width;
    this.entries = entries.stream().map(this::shortened).toList();
    this.columnWidth = this.entries.stream().mapToDouble(this::entryWidth).max().orElse(0);
    this.columns = columns();
  }

  int height() {
    int rows = (entries.size() + columns - 1) / columns;
    return rows * rowHeight(font);
  }

  /** Draws the legend, centered, with {@code top} as its upper edge. */
  void paint(Graphics2D g, double top) {
    double left = (width - columns * columnWidth + gap()) / 2;
    for (int i = 0; i < entries.size(); i++) {
      double x = left + i % columns * columnWidth;
      int row = i / columns;
      double middle = top + (row + 0.5) * rowHeight(font);
      paintSample(g, entries.get(i), x, middle);
      g.setColor(ink);
      double baseline = middle + 0.36 * font.getSize2D();
      double textX = x + sampleLength() + textGap();
      g.fill(PlotText.outline(entries.get(i).label(), font, textX, baseline));
    }
  }

  private void paintSample(Graphics2D g, Entry entry, double x, double middle) {
    g.setColor(entry.colour());
    double size = 0.8 * font.getSize2D();
    switch (entry.sample()) {
      case LINE -> {
        g.setStroke(entry.stroke());
        g.draw(new Line2D.Double(x, middle, x + sampleLength(), middle));
        entry.marker().paint(g, x + sampleLength() / 2, middle, (int) (0.5 * font.getSize2D()));
      }
      case BOX -> {
        double left = x + sampleLength() - size;
        g.fill(new Rectangle2D.Double(left, middle - size / 2, size, size));
      }
    }
  }

  /**
   * The number of columns: one row if all entries fit, else an even number to keep pairs together.
   */
  private int columns() {
    int fitting = (int) Math.max(1, Math.floor((width + gap()) / Math.max(1, columnWidth)));
    if (fitting >= entries.size()) {
      return Math.max(1, entries.size());
    }
    return fitting == 1 ? 1 : fitting - fitting % 2;
  }

  private Entry shortened(Entry entry) {
    double room = width - sampleLength() - textGap() - gap();
    return entry.withLabel(PlotText.fitting(entry.label(), font, room));
  }

  private double entryWidth(Entry entry) {
    return sampleLength() + textGap() + PlotText.width(entry.label(), font) + gap();
  }

  static int rowHeight(Font font) {
    return (int) (1.6 * font.getSize2D());
  }

  private double sampleLength() {
    return 2.5 * font.getSize2D();
  }

  private double textGap() {
    return 0.4 * font.getSize2D();
  }

  private double gap() {
    return 1.4 * font.getSize2D();
  }
}
