package io.syncnorm.report.plot;

/** Escapes text for SVG and HTML. */
public final class Xml {
  private Xml() {}

  /** Escapes text for HTML and XML, in content and in quoted attributes. */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\t', '\n', '\r' -> out.appendCodePoint(c);
                default -> out.appendCodePoint(isAllowed(c) ? c : 0xFFFD);
              }
            });
    return out.toString();
  }

  /** Whether XML 1.0 allows a character; C1 controls are excluded. */
  private static boolean isAllowed(int c) {
    boolean surrogate = c >= 0xD800 && c <= 0xDFFF;
    boolean noncharacter = c == 0xFFFE || c == 0xFFFF;
    return !Character.isISOControl(c) && !surrogate && !noncharacter;
  }
}
