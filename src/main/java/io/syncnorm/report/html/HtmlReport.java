package io.syncnorm.report.html;

import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import io.syncnorm.report.plot.Xml;
import java.util.IntSummaryStatistics;

/**
 * Builds {@code report.html}: a self-contained page (style, plots, pictures) that opens from disk
 * without a network. Plots that cannot be drawn are replaced by a note. {@link LivePage} shows the
 * same header and sections while the run trains.
 */
public final class HtmlReport {
  static final String PRODUCT = "SyncNorm run report";

  /** Marks the place of links to grids. */
  private static final String GRIDS = "<!-- grids -->";

  private HtmlReport() {}

  /** Returns the complete page, including the sections drawn beforehand. */
  public static String html(ReportPage page, EpochSections epochs) {
    String sections = sections(page, epochs);
    return HtmlPage.file(page.result().run(), header(page, sections), sections);
  }

  /** Returns the sections, including those drawn beforehand, as HTML. */
  public static String sections(ReportPage page, EpochSections epochs) {
    return SummarySection.html(page)
        + epochs.figures()
        + BaselineSection.html(page)
        + epochs.drift()
        + epochs.recalibration()
        + EvaluationSections.html(page)
        + ProvenanceSections.html(page);
  }

  /**
   * Returns the head of the page as HTML: the run's name, facts and the table of contents.
   *
   * @param sections HTML
   */
  public static String header(ReportPage page, String sections) {
    return HtmlPage.header(PRODUCT, page.result().run(), facts(page), sections);
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

  private static String facts(ReportPage page) {
    RunResult result = page.result();
    return """
        <ul class="facts">
        <li>status <b>%s</b></li>
        %s<li>ranks <b>%s</b>%s</li>
        <li>seed <b>%s</b></li>
        <li>wall time <b>%s&nbsp;s</b></li>
        %s
        </ul>"""
        .formatted(
            Xml.escape(result.status()),
            progress(page),
            Html.count(result.world()),
            hosts(result),
            result.seed(),
            Html.decimal(result.wallSeconds(), 1),
            GRIDS);
  }

  /** How many of the run's epochs have finished, while there are models to train. */
  private static String progress(ReportPage page) {
    if (page.unfinished().isEmpty()) {
      return "";
    }
    int finished = page.result().models().stream().mapToInt(ModelResult::epochs).sum();
    int all =
        page.result().models().stream()
            .mapToInt(model -> page.unfinished().getOrDefault(model.name(), model.epochs()))
            .sum();
    return """
        <li>epochs <b>%s of %s</b> <progress max="%s" value="%s" aria-label="Epochs"></progress></li>
        """
        .formatted(Html.count(finished), Html.count(all), all, finished);
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
