package io.syncnorm.report.plot;

import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;

/** Text that is not drawn by XChart, which would let a title exceed the picture. */
final class PlotText {
  private static final FontRenderContext MEASURE = new FontRenderContext(null, true, true);
  private static final String CUT = "…";

  private PlotText() {}

  /** The width of a text in pixels. */
  static double width(String text, Font font) {
    return font.getStringBounds(text, MEASURE).getWidth();
  }

  /** Returns the text, cut to fit with an ellipsis if too long. */
  static String fitting(String text, Font font, double width) {
    String cut = text;
    for (int end = text.length() - 1; end > 0 && width(cut, font) > width; end--) {
      cut = text.substring(0, end) + CUT;
    }
    return cut;
  }

  /**
   * @param x left edge
   * @param y baseline
   */
  static Shape outline(String text, Font font, double x, double y) {
    // An empty text has no layout.
    return text.isEmpty()
        ? new Path2D.Double()
        : new TextLayout(text, font, MEASURE)
            .getOutline(AffineTransform.getTranslateInstance(x, y));
  }
}
