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
 * Converts everything drawn on it directly to SVG paths. The superclass keeps the state of the
 * canvas (color, stroke, clip, transformation) and converts rectangles, lines and ovals to shapes.
 * SVG libraries use a DOM and a number formatter, which took most of a report's time, because texts
 * are shapes with thousands of coordinates.
 */
final class SvgCanvas extends DefaultGraphics2D {
  private static final int OPAQUE = 255;

  /** Shared with the canvases created from this one. */
  private final SvgPaths paths;

  /**
   * @param idPrefix makes the ids unique within a page
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

  /** Creates a canvas with separate state that writes to the same output. */
  @Override
  public Graphics create() {
    return new SvgCanvas(this);
  }

  /**
   * Does nothing: there are no resources, and the superclass would print a line to standard output.
   */
  @Override
  public void dispose() {}

  /** Returns the elements drawn so far. */
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
    if (stroke.getLineJoin() == BasicStroke.JOIN_MITER) { // the default is 4 in SVG, 10 in Java
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
    throw new UnsupportedOperationException("expected text as a shape: text=" + text);
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
      throw new UnsupportedOperationException("expected a single color: paint=" + getPaint());
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
