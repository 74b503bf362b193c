package io.syncnorm.report.html;

import io.syncnorm.report.plot.Xml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** HTML elements that sections share. Every text passes through {@link Xml#escape}. */
final class Html {
  private static final String NOT_KNOWN = "–";

  private Html() {}

  /**
   * Returns a section with a heading and an explanation.
   *
   * @param id anchor, plain letters
   * @param heading plain text
   * @param howToRead plain text
   * @param body HTML
   */
  static String section(String id, String heading, String howToRead, String body) {
    return """
        <section id="%s">
        <h2>%s</h2>
        <p class="how">%s</p>
        %s
        </section>
        """
        .formatted(id, Xml.escape(heading), Xml.escape(howToRead), body);
  }

  /** Returns a box that scrolls sideways, also by keyboard, so that the page does not. */
  static String scrolling(String label, String body) {
    return """
        <div class="scroll" tabindex="0" role="region" aria-label="%s">
        %s
        </div>"""
        .formatted(Xml.escape(label), body);
  }

  /**
   * Returns a table in a scrolling box.
   *
   * @param caption plain text
   * @param columns the first contains the row headings
   */
  static <T> String table(String caption, Collection<T> rows, List<Column<T>> columns) {
    StringBuilder body = new StringBuilder();
    for (T row : rows) {
      String element = "th";
      String start = "<tr><th scope=\"row\">";
      for (Column<T> column : columns) {
        body.append(start)
            .append(column.cell().apply(row))
            .append("</")
            .append(element)
            .append('>');
        element = "td";
        start = "<td>";
      }
      body.append("</tr>\n");
    }
    return scrolling(
        caption,
        """
        <table>
        <caption>%s</caption>
        %s<tbody>
        %s</tbody></table>"""
            .formatted(
                Xml.escape(caption), head(columns.stream().map(Column::heading).toList()), body));
  }

  /** Returns a head row of plain texts. */
  static String head(List<String> headings) {
    return headings.stream()
        .map(heading -> "<th scope=\"col\">" + Xml.escape(heading) + "</th>")
        .collect(Collectors.joining("", "<thead><tr>", "</tr></thead>\n"));
  }

  /**
   * Returns a link.
   *
   * @param path relative, with slashes; names in it may hold any characters
   * @param text plain text
   */
  static String link(String path, String text) {
    try {
      String href = new URI(null, null, path, null).toASCIIString();
      return "<a href=\"" + Xml.escape(href) + "\">" + Xml.escape(text) + "</a>";
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("expected a relative path: path=" + path, e);
    }
  }

  /** Formats a name or number as code. */
  static String code(String text) {
    return "<code>" + Xml.escape(text) + "</code>";
  }

  /** Formats the name of a file as code; a dash if it is not written yet. */
  static String file(String name) {
    return name.isEmpty() ? NOT_KNOWN : code(name);
  }

  /** Formats {@code 0.98213} as {@code 98.21 %}; a dash if not finite. */
  static String percent(double fraction) {
    return Double.isFinite(fraction)
        ? String.format(Locale.ROOT, "%.2f&nbsp;%%", 100 * fraction)
        : NOT_KNOWN;
  }

  /** Formats a number with fixed decimals and thousands separators; a dash if not finite. */
  static String decimal(double value, int decimals) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%,." + decimals + "f", value)
        : NOT_KNOWN;
  }

  /** Formats a loss with four decimals, or with an exponent if it is too long for the table. */
  static String loss(double value) {
    return Math.abs(value) >= 1e6 && Double.isFinite(value)
        ? String.format(Locale.ROOT, "%.3e", value)
        : decimal(value, 4);
  }

  /** Formats an integer with thousands separators. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Reads a text resource of this package. */
  static String resource(String name) {
    try (InputStream in = Html.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("missing resource beside " + Html.class + ": " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read resource: name=" + name, e);
    }
  }
}
