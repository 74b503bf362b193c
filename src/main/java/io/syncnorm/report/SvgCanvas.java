package io.syncnorm.report;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;

/**
 * Takes paths with coordinates in hundredths of a pixel, as {@link SvgText} keeps them in the end.
 * Texts are shapes of thousands of coordinates, and to format all digits of them would take most of
 * the time of a report.
 */
final class SvgCanvas extends VectorGraphics2D {
  private static final int MOST_COORDINATES = 6;

  @Override
  public void draw(Shape shape) {
    super.draw(rounded(shape));
  }

  @Override
  public void fill(Shape shape) {
    super.fill(rounded(shape));
  }

  /** Other shapes than paths have elements of their own in SVG. */
  private static Shape rounded(Shape shape) {
    if (!(shape instanceof Path2D path)) {
      return shape;
    }
    Path2D.Double rounded = new Path2D.Double(path.getWindingRule());
    double[] at = new double[MOST_COORDINATES];
    for (PathIterator part = path.getPathIterator(null); !part.isDone(); part.next()) {
      int kind = part.currentSegment(at);
      for (int i = 0; i < at.length; i++) {
        at[i] = Math.rint(at[i] * 100) / 100;
      }
      switch (kind) {
        case PathIterator.SEG_MOVETO -> rounded.moveTo(at[0], at[1]);
        case PathIterator.SEG_LINETO -> rounded.lineTo(at[0], at[1]);
        case PathIterator.SEG_QUADTO -> rounded.quadTo(at[0], at[1], at[2], at[3]);
        case PathIterator.SEG_CUBICTO -> rounded.curveTo(at[0], at[1], at[2], at[3], at[4], at[5]);
        default -> rounded.closePath();
      }
    }
    return rounded;
  }
}
