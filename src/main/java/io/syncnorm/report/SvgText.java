package io.syncnorm.report;

import java.util.ArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SVG that VectorGraphics2D wrote, made fit to be kept: no reference to a DTD, ids that are the
 * same in each run and unique in a page, coordinates to a hundredth of a pixel (half the size), and
 * a title and a description, because its texts are shapes.
 */
final class SvgText {
  private static final Pattern ROOT = Pattern.compile("<svg\\b[^>]*>");
  private static final Pattern VIEW_BOX = Pattern.compile("viewBox=\"0 0 (\\d+) (\\d+)\"");
  private static final Pattern CLIP_ID = Pattern.compile("clip-?\\d+");
  private static final Pattern LONG_NUMBER = Pattern.compile("-?\\d+\\.\\d{3,}");

  private final String width;
  private final String height;
  private final String content;
  private final String title;
  private final String description;

  SvgText(String drawn, String title, String description) {
    Matcher root = ROOT.matcher(drawn);
    Matcher viewBox = VIEW_BOX.matcher(drawn);
    if (!root.find() || !viewBox.find()) {
      throw new IllegalStateException("expected an svg element with a viewBox: svg=" + drawn);
    }
    this.width = viewBox.group(1);
    this.height = viewBox.group(2);
    this.content = rounded(drawn.substring(root.end()));
    this.title = title;
    this.description = description;
  }

  /** A whole file. */
  String file() {
    String attributes =
        "xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\"".formatted(width, height);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(attributes, "plot") + "\n";
  }

  /** An element for an HTML page, which scales to the width it is given. */
  String inline(String idPrefix) {
    return element("focusable=\"false\"", idPrefix);
  }

  private String element(String attributes, String idPrefix) {
    return """
    <svg %s viewBox="0 0 %s %s" role="img" aria-labelledby="%s-title %s-desc">
    <title id="%s-title">%s</title>
    <desc id="%s-desc">%s</desc>
    %s\
    """
        .formatted(
            attributes,
            width,
            height,
            idPrefix,
            idPrefix,
            idPrefix,
            Html.escape(title),
            idPrefix,
            Html.escape(description),
            renamed(idPrefix).strip());
  }

  /** The generated ids are object hashes: replaced by a prefix and the order of appearance. */
  private String renamed(String idPrefix) {
    var order = new ArrayList<String>();
    return CLIP_ID
        .matcher(content)
        .replaceAll(
            match -> {
              if (!order.contains(match.group())) {
                order.add(match.group());
              }
              return idPrefix + "-clip" + order.indexOf(match.group());
            });
  }

  private static String rounded(String svg) {
    return LONG_NUMBER
        .matcher(svg)
        .replaceAll(match -> hundredths(Double.parseDouble(match.group())));
  }

  /** A picture has thousands of coordinates, and Java's formatter takes microseconds for each. */
  private static String hundredths(double value) {
    long rounded = Math.round(Math.abs(value) * 100);
    String sign = value < 0 && rounded > 0 ? "-" : "";
    long rest = rounded % 100;
    return sign + rounded / 100 + (rest < 10 ? ".0" : ".") + rest;
  }
}
