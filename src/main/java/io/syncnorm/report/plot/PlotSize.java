package io.syncnorm.report.plot;

/** The sizes of plots, each with fonts that are readable at that size. */
public enum PlotSize {
  /** For files, pages on a desktop, and slides. */
  LARGE(1200, 800, 20, 18),
  /** For pages on a phone. */
  SMALL(420, 400, 13, 12);

  /** Width in pixels; in SVG, in user units. */
  final int width;

  /** Height in pixels; a legend with many rows adds to it. */
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

  /** Scales a value by the text size, for strokes and gaps. */
  float scaled(float atLarge) {
    return atLarge * labelFont / LARGE.labelFont;
  }
}
