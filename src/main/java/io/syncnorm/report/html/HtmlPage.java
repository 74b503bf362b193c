package io.syncnorm.report.html;

import io.syncnorm.report.plot.PlotColour;
import io.syncnorm.report.plot.Xml;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The frame of all pages: self-contained files that make no network requests, and live pages. */
final class HtmlPage {
  /** Matches the beginning of {@link Html#section}. */
  private static final Pattern SECTION =
      Pattern.compile("<section id=\"([^\"]+)\">\n<h2>(.*?)</h2>");

  private HtmlPage() {}

  /**
   * Returns a page as a file.
   *
   * @param heading plain text
   * @param header as of {@link #header}
   * @param sections HTML
   */
  static String file(String heading, String header, String sections) {
    String policy =
        """
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        """;
    return document(heading, policy, "", body(header, sections));
  }

  /** Returns what a page shows: its header and its sections. */
  static String body(String header, String sections) {
    return header + "<main>\n" + sections + "</main>\n";
  }

  /**
   * Returns a document.
   *
   * @param heading plain text
   * @param policy HTML of its head
   * @param style CSS beside that of all pages
   * @param body HTML
   */
  static String document(String heading, String policy, String style, String body) {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    %s<title>SyncNorm: %s</title>
    <style>
    %s</style>
    </head>
    <body>
    %s</body>
    </html>
    """
        .formatted(
            policy,
            Xml.escape(heading),
            Html.resource("report.css") + style + PlotColour.darkStyle(),
            body);
  }

  /**
   * Returns the head of a page.
   *
   * @param product plain text above the heading
   * @param heading plain text
   * @param facts HTML below the heading
   * @param sections HTML, which the table of contents lists
   */
  static String header(String product, String heading, String facts, String sections) {
    return """
        <header>
        <p class="product">%s</p>
        <h1>%s</h1>
        %s
        %s</header>
        """
        .formatted(Xml.escape(product), Xml.escape(heading), facts, contents(sections));
  }

  private static String contents(String sections) {
    return SECTION
        .matcher(sections)
        .results()
        .map(
            section ->
                "<li><a href=\"#" + section.group(1) + "\">" + section.group(2) + "</a></li>\n")
        .collect(
            Collectors.joining("", "<nav aria-label=\"Contents\">\n<ul>\n", "</ul>\n</nav>\n"));
  }
}
