package io.syncnorm.report;

/** What all pages share: one file with its style, which asks the network for nothing. */
final class HtmlPage {
  private HtmlPage() {}

  /**
   * @param product plain text above the heading
   * @param heading plain text
   * @param facts HTML below the heading
   * @param sections HTML
   */
  static String of(String product, String heading, String facts, String sections) {
    String name = Html.escape(heading);
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
    </header>
    <main>
    %s</main>
    </body>
    </html>
    """
        .formatted(name, Html.resource("report.css"), Html.escape(product), name, facts, sections);
  }
}
