package io.syncnorm.report.plot;

/**
 * A picture as SVG, with a title and a description, because its texts are shapes.
 *
 * @param width pixels, like height
 * @param idPrefix what its ids begin with
 * @param content its elements
 */
record SvgText(
    int width, int height, String idPrefix, String title, String description, String content) {
  /** A whole file. */
  String file() {
    String attributes =
        "xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\"".formatted(width, height);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(attributes) + "\n";
  }

  /** An element for an HTML page, which scales to the width it is given. */
  String inline() {
    return element("focusable=\"false\"");
  }

  private String element(String attributes) {
    return """
    <svg %s viewBox="0 0 %s %s" role="img" aria-labelledby="%s-title %s-desc">
    <title id="%s-title">%s</title>
    <desc id="%s-desc">%s</desc>
    %s\
    </svg>"""
        .formatted(
            attributes,
            width,
            height,
            idPrefix,
            idPrefix,
            idPrefix,
            Xml.escape(title),
            idPrefix,
            Xml.escape(description),
            content);
  }
}
