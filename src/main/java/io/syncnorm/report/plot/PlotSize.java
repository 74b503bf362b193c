package io.syncnorm.report.plot;

/** The sizes a plot is drawn for, each with fonts that are readable at that size. */
public enum PlotSize {
  /** A file, a page on a desktop, a slide. */
  LARGE(1200, 800, 20, 18),
  /** A page on a telephone. */
  SMALL(420, 400, 13, 12);

  /** Pixels, of SVG in user units. */
  final int width;

  /** Pixels; a legend with many rows adds to it. */
  final int height;

  /** Font size of axis titles. */
  final float titleFont;

  /** Font size of tick labels and legend. */
  final float labelFont;

  PlotSize(int width, int height, float titleFont, float labelFont) {
    this.width = width;
    this.height = height;
    this.titleFont = titleFont;
    this.labelFont = labelFont;
  }

  /** Value scaled by the size of the text, for strokes and gaps. */
  float scaled(float atLarge) {
    return atLarge * labelFont / LARGE.labelFont;
  }
}
