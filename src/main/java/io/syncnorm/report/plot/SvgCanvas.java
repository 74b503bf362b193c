package io.syncnorm.report.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics;
import java.awt.Image;
import java.awt.Shape;
import java.awt.image.ImageObserver;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.xmlgraphics.java2d.DefaultGraphics2D;
import org.apache.xmlgraphics.java2d.GraphicContext;

/**
 * Writes whatever is drawn on it as SVG paths, at once. The library's class keeps the state of the
 * canvas (colour, stroke, clip, transformation) and turns rectangles, lines and ovals into shapes.
 * Libraries that write SVG go through a DOM and a formatter of numbers, which took most of the time
 * of a report: texts are shapes of thousands of coordinates.
 */
final class SvgCanvas extends DefaultGraphics2D {
  private static final int OPAQUE = 255;

  /** Shared with the canvases that are made of this one. */
  private final SvgPaths paths;

  /**
   * @param idPrefix makes its ids unique within a page
   */
  SvgCanvas(String idPrefix) {
    super(true);
    this.gc = new GraphicContext();
    this.paths = new SvgPaths(idPrefix);
  }

  private SvgCanvas(SvgCanvas other) {
    super(other);
    this.paths = other.paths;
  }

  /** A canvas with a state of its own, whose shapes go where those of this one go. */
  @Override
  public Graphics create() {
    return new SvgCanvas(this);
  }

  /** Nothing is held; the library's own method prints a line to standard output. */
  @Override
  public void dispose() {}

  /** The elements of what was drawn. */
  String elements() {
    return paths.elements();
  }

  @Override
  public void draw(Shape shape) {
    BasicStroke stroke = (BasicStroke) getStroke();
    StringBuilder attributes = new StringBuilder(" fill=\"none\"");
    attributes.append(colour("stroke"));
    attribute(attributes, "stroke-width", SvgPaths.number(stroke.getLineWidth()), "1");
    attribute(attributes, "stroke-linecap", cap(stroke), "butt");
    attribute(attributes, "stroke-linejoin", join(stroke), "miter");
    if (stroke.getLineJoin() == BasicStroke.JOIN_MITER) { // 4 in SVG, 10 in Java
      attribute(attributes, "stroke-miterlimit", SvgPaths.number(stroke.getMiterLimit()), "4");
    }
    if (stroke.getDashArray() != null) {
      attribute(attributes, "stroke-dasharray", dashes(stroke.getDashArray()), "none");
      attribute(attributes, "stroke-dashoffset", SvgPaths.number(stroke.getDashPhase()), "0");
    }
    add(shape, attributes.toString());
  }

  @Override
  public void fill(Shape shape) {
    add(shape, colour("fill"));
  }

  @Override
  public void drawString(String text, float x, float y) {
    throw new UnsupportedOperationException("expected texts as shapes: text=" + text);
  }

  @Override
  public boolean drawImage(
      Image image, int x, int y, int width, int height, Color background, ImageObserver observer) {
    throw new UnsupportedOperationException("expected shapes, found an image");
  }

  private void add(Shape shape, String attributes) {
    paths.add(shape, getTransform(), getClip(), attributes);
  }

  private String colour(String what) {
    if (!(getPaint() instanceof Color colour)) {
      throw new UnsupportedOperationException("expected one colour: paint=" + getPaint());
    }
    StringBuilder attributes = new StringBuilder();
    String hex = "#" + HexFormat.of().toHexDigits(colour.getRGB(), 6);
    attribute(attributes, what, hex, "");
    if (colour.getAlpha() < OPAQUE) {
      String opacity = SvgPaths.number((double) colour.getAlpha() / OPAQUE);
      attribute(attributes, what + "-opacity", opacity, "");
    }
    return attributes.toString();
  }

  private static String cap(BasicStroke stroke) {
    return switch (stroke.getEndCap()) {
      case BasicStroke.CAP_ROUND -> "round";
      case BasicStroke.CAP_SQUARE -> "square";
      default -> "butt";
    };
  }

  private static String join(BasicStroke stroke) {
    return switch (stroke.getLineJoin()) {
      case BasicStroke.JOIN_ROUND -> "round";
      case BasicStroke.JOIN_BEVEL -> "bevel";
      default -> "miter";
    };
  }

  private static String dashes(float[] lengths) {
    return IntStream.range(0, lengths.length)
        .mapToObj(i -> SvgPaths.number(lengths[i]))
        .collect(Collectors.joining(" "));
  }

  private static void attribute(StringBuilder to, String name, String value, String usual) {
    if (!value.equals(usual)) {
      to.append(' ').append(name).append("=\"").append(value).append('"');
    }
  }
}
