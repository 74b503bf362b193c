package io.syncnorm.report.html;

import io.syncnorm.report.RunResult;
import io.syncnorm.report.plot.Xml;
import java.util.IntSummaryStatistics;

/**
 * Builds {@code report.html}: a self-contained page (style, plots, pictures) that opens from disk
 * without a network. Plots that cannot be drawn are replaced by a note.
 */
public final class HtmlReport {
  /** Marks the place of links to grids. */
  private static final String GRIDS = "<!-- grids -->";

  private HtmlReport() {}

  /** Returns the complete page, including the sections drawn beforehand. */
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
   * Adds a link to a grid that contains the run. A run may be older than its grid and may be a cell
   * of several grids.
   *
   * @param page a complete page, with or without links
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
        <li>ranks <b>%s</b>%s</li>
        <li>seed <b>%s</b></li>
        <li>wall time <b>%s&nbsp;s</b></li>
        %s
        </ul>"""
        .formatted(
            Xml.escape(result.status()),
            Html.count(result.world()),
            hosts(result),
            result.seed(),
            Html.decimal(result.wallSeconds(), 1),
            GRIDS);
  }

  /** On how many hosts the ranks were, if they ever shared one. */
  private static String hosts(RunResult result) {
    IntSummaryStatistics hosts =
        result.hosts().stream().mapToInt(RunResult.Hosts::hosts).summaryStatistics();
    if (hosts.getCount() == 0 || hosts.getMin() >= result.world()) {
      return "";
    }
    String fewest = Html.count(hosts.getMin());
    return hosts.getMin() == hosts.getMax()
        ? " on <b>%s</b> hosts".formatted(fewest)
        : " on <b>%s to %s</b> hosts".formatted(fewest, Html.count(hosts.getMax()));
  }
}
