package io.syncnorm.report.html;

import io.syncnorm.report.plot.PlotColour;
import io.syncnorm.report.plot.Xml;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The frame of all pages: a self-contained file that makes no network requests. */
final class HtmlPage {
  /** Matches the beginning of {@link Html#section}. */
  private static final Pattern SECTION =
      Pattern.compile("<section id=\"([^\"]+)\">\n<h2>(.*?)</h2>");

  private HtmlPage() {}

  /**
   * Returns a page.
   *
   * @param product plain text above the heading
   * @param heading plain text
   * @param facts HTML below the heading
   * @param sections HTML
   */
  static String of(String product, String heading, String facts, String sections) {
    String name = Xml.escape(heading);
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
    <title>SyncNorm: %s</title>
    <style>
    %s</style>
    </head>
    <body>
    <header>
    <p class="product">%s</p>
    <h1>%s</h1>
    %s
    %s</header>
    <main>
    %s</main>
    </body>
    </html>
    """
        .formatted(
            name,
            Html.resource("report.css") + PlotColour.darkStyle(),
            Xml.escape(product),
            name,
            facts,
            contents(sections),
            sections);
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
