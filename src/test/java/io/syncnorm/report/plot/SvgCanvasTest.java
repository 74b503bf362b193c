package io.syncnorm.report.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.BasicStroke;
import java.awt.Rectangle;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import org.junit.jupiter.api.Test;

class SvgCanvasTest {
  private final SvgCanvas canvas = new SvgCanvas("test");

  @Test
  void shouldDrawNothingWhereClipsDoNotOverlap() {
    canvas.clip(new Ellipse2D.Double(0, 0, 10, 10));
    canvas.clip(new Ellipse2D.Double(20, 20, 5, 5));
    canvas.fill(new Rectangle(0, 0, 30, 30));
    assertEquals("", canvas.elements());
  }

  /** SVG's default miter limit is 4 and Java's is 10: sharp corners would be cut off. */
  @Test
  void shouldKeepTheMiterLimitAndTheDashPhase() {
    float[] dashes = {5, 2};
    canvas.setStroke(
        new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, dashes, 3));
    canvas.draw(new Line2D.Double(0, 0, 30, 0));
    String elements = canvas.elements();
    assertTrue(elements.contains(" stroke-miterlimit=\"10\""), elements);
    assertTrue(elements.contains(" stroke-dashoffset=\"3\""), elements);
  }
}
