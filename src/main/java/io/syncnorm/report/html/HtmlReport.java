package io.syncnorm.report.html;

import io.syncnorm.report.RunResult;
import io.syncnorm.report.plot.Xml;

/**
 * {@code report.html}: one page with everything in it (style, plots, pictures), which opens from
 * disk without a network. Plots that cannot be drawn are replaced by a note.
 */
public final class HtmlReport {
  /** Where the links to grids go. */
  private static final String GRIDS = "<!-- grids -->";

  private HtmlReport() {}

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

  /**
   * The page with a link to a grid that the run is a cell of. A run may have been trained before
   * the grid was thought of, and may be a cell of several.
   *
   * @param page a whole page, linked or not
   * @param path of the grid's report, relative to the page
   */
  public static String linkedToGrid(String page, String experiment, String path) {
    String item = "<li>grid <b>" + Html.link(path, experiment) + "</b></li>\n";
    return page.contains(item) ? page : page.replace(GRIDS, item + GRIDS);
  }

  private static String facts(RunResult result) {
    return """
        <ul class="facts">
        <li>status <b>%s</b></li>
        <li>ranks <b>%s</b></li>
        <li>seed <b>%s</b></li>
        <li>wall time <b>%s&nbsp;s</b></li>
        %s
        </ul>"""
        .formatted(
            Xml.escape(result.status()),
            Html.count(result.world()),
            result.seed(),
            Html.decimal(result.wallSeconds(), 1),
            GRIDS);
  }
}
