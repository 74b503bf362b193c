package io.syncnorm.report;

import java.io.IOException;

/**
 * {@code report.html}: one page with everything in it (style, plots, pictures), which opens from
 * disk without a network. Plots that cannot be drawn are replaced by a note.
 */
public final class HtmlReport {
  private HtmlReport() {}

  /** Writes the page to {@code out}, which stays open; encode it as UTF-8. */
  public static void write(ReportPage page, Appendable out) throws IOException {
    out.append(html(page));
  }

  /** The whole page. */
  public static String html(ReportPage page) {
    RunResult result = page.result();
    String run = Html.escape(result.run());
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
        <p class="product">SyncNorm run report</p>
        <h1>%s</h1>
        %s
        </header>
        <main>
        """
            .formatted(run, Html.resource("report.css"), run, facts(result))
        + SummarySection.html(page)
        + FigureSections.html(page)
        + DriftSection.html(page)
        + RecalibrationSection.html(page)
        + EvaluationSections.html(page)
        + ProvenanceSections.html(page)
        + """
        </main>
        </body>
        </html>
        """;
  }

  private static String facts(RunResult result) {
    return """
        <ul class="facts">
        <li>status <b>%s</b></li>
        <li>ranks <b>%s</b></li>
        <li>seed <b>%s</b></li>
        <li>wall time <b>%s&nbsp;s</b></li>
        </ul>"""
        .formatted(
            Html.escape(result.status()),
            Html.count(result.world()),
            result.seed(),
            Html.decimal(result.wallSeconds(), 1));
  }
}
