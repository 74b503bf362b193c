package io.syncnorm.report.plot;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.PathIterator;
import java.util.ArrayList;
import java.util.List;

/**
 * Converts shapes to {@code path} elements, with clipped ones in groups. Coordinates are rounded to
 * a hundredth of a pixel and, except for the first, written relative to the previous one, which
 * halves the text. Distances are computed from rounded coordinates, so that errors do not add up.
 */
final class SvgPaths {
  private static final double UNITS = 100;
  private static final int MOST_COORDINATES = 6;
  private static final String UNCLIPPED = "";

  private final String idPrefix;
  private final StringBuilder elements = new StringBuilder();

  /** The path of each clip; its index is the clip's number. */
  private final List<String> clips = new ArrayList<>();

  private String clip = UNCLIPPED;
  private final double[] coordinates = new double[MOST_COORDINATES];

  /** The current and the starting position of the pen, in hundredths of a pixel. */
  private long x;

  private long y;
  private long beginX;
  private long beginY;

  SvgPaths(String idPrefix) {
    this.idPrefix = idPrefix;
  }

  /**
   * Adds a shape.
   *
   * @param transform of shape and clip
   * @param within the clip; null if nothing is clipped
   * @param attributes of the element, each with a space before it
   */
  void add(Shape shape, AffineTransform transform, Shape within, String attributes) {
    String clipping = within == null ? UNCLIPPED : data(within, transform);
    if (within != null && clipping.isEmpty()) { // disjoint clips: nothing is visible
      return;
    }
    clipTo(clipping);
    elements.append("<path").append(attributes);
    PathIterator path = shape.getPathIterator(transform);
    if (path.getWindingRule() == PathIterator.WIND_EVEN_ODD) {
      elements.append(" fill-rule=\"evenodd\"");
    }
    elements.append(" d=\"");
    appendData(elements, path);
    elements.append("\"/>\n");
  }

  /** Returns all elements so far. */
  String elements() {
    clipTo(UNCLIPPED);
    return elements.toString();
  }

  private void clipTo(String data) {
    if (data.equals(clip)) {
      return;
    }
    if (!clip.equals(UNCLIPPED)) {
      elements.append("</g>\n");
    }
    clip = data;
    if (clip.equals(UNCLIPPED)) {
      return;
    }
    if (!clips.contains(clip)) {
      clips.add(clip);
      elements.append(
          "<clipPath id=\"%s\"><path d=\"%s\"/></clipPath>\n".formatted(clipId(), clip));
    }
    elements.append("<g clip-path=\"url(#%s)\">\n".formatted(clipId()));
  }

  private String clipId() {
    return idPrefix + "-clip" + clips.indexOf(clip);
  }

  private String data(Shape shape, AffineTransform transform) {
    StringBuilder data = new StringBuilder();
    appendData(data, shape.getPathIterator(transform));
    return data.toString();
  }

  private void appendData(StringBuilder to, PathIterator path) {
    x = 0;
    y = 0;
    for (; !path.isDone(); path.next()) {
      switch (path.currentSegment(coordinates)) {
        case PathIterator.SEG_MOVETO -> {
          append(to, 'm', 1);
          beginX = x;
          beginY = y;
        }
        case PathIterator.SEG_LINETO -> append(to, 'l', 1);
        case PathIterator.SEG_QUADTO -> append(to, 'q', 2);
        case PathIterator.SEG_CUBICTO -> append(to, 'c', 3);
        default -> {
          to.append('z');
          x = beginX;
          y = beginY;
        }
      }
    }
  }

  /** Appends a segment of the given number of points, relative to the position of the pen. */
  private void append(StringBuilder to, char segment, int points) {
    long fromX = x;
    long fromY = y;
    to.append(segment);
    for (int i = 0; i < points; i++) {
      x = Math.round(coordinates[2 * i] * UNITS);
      y = Math.round(coordinates[2 * i + 1] * UNITS);
      if (i > 0) {
        to.append(' ');
      }
      appendHundredths(to, x - fromX);
      to.append(' ');
      appendHundredths(to, y - fromY);
    }
  }

  /** Formats a number to hundredths; Java's own formatters take microseconds each. */
  static String number(double value) {
    StringBuilder number = new StringBuilder();
    appendHundredths(number, Math.round(value * UNITS));
    return number.toString();
  }

  private static void appendHundredths(StringBuilder to, long hundredths) {
    if (hundredths < 0) {
      to.append('-');
    }
    long size = Math.abs(hundredths);
    to.append(size / 100);
    long rest = size % 100;
    if (rest > 0) {
      to.append('.').append(rest / 10);
      if (rest % 10 > 0) {
        to.append(rest % 10);
      }
    }
  }
}
