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
    return html(page, EpochSections.of(page.epochs()));
  }

  /** The whole page, around what was drawn before of its epochs. */
  public static String html(ReportPage page, EpochSections epochs) {
    return HtmlPage.of(
        "SyncNorm run report",
        page.result().run(),
        facts(page.result()),
        SummarySection.html(page)
            + epochs.figures()
            + BaselineSection.html(page)
            + epochs.drift()
            + epochs.recalibration()
            + EvaluationSections.html(page)
            + ProvenanceSections.html(page));
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
