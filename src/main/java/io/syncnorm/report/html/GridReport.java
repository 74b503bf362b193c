package io.syncnorm.report.html;

import io.syncnorm.report.GridGroup;
import io.syncnorm.report.GridPage;
import io.syncnorm.report.plot.GridPlots;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.Xml;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Builds the self-contained page of a grid, like {@link HtmlReport}. */
public final class GridReport {
  private GridReport() {}

  /** Returns the complete page; its links lead to run directories two folders above it. */
  public static String html(GridPage page) {
    List<GridGroup> groups = GridGroup.of(page);
    String sections =
        cells(groups)
            + (groups.isEmpty() ? "" : differences(groups) + figures(groups))
            + unfinished(page)
            + Html.section(
                "axes",
                "Axes",
                "How to read this: the settings that vary. All others are shown in each run's report.",
                GridTables.axes(page));
    String header =
        HtmlPage.header("SyncNorm experiment report", page.experiment(), facts(page), sections);
    return HtmlPage.file(page.experiment(), header, sections);
  }

  private static String facts(GridPage page) {
    double seconds = page.cells().stream().mapToDouble(GridPage.Cell::wallSeconds).sum();
    return """
    <ul class="facts">
    <li>cells done <b>%s of %s</b></li>
    <li>command <b>%s</b></li>
    <li>time of all runs <b>%s&nbsp;s</b></li>
    </ul>\
    """
        .formatted(
            Html.count(page.cells().size() - page.unfinished().size()),
            Html.count(page.cells().size()),
            Xml.escape(page.command()),
            Html.decimal(seconds, 1));
  }

  private static String cells(List<GridGroup> groups) {
    return Html.section(
        "cells",
        "Cells",
        "How to read this: one row per cell, over all its seeds. Test accuracy is the mean over seeds "
            + GridTables.when(groups)
            + "; ± 95 % is half the width of its confidence interval (Student's"
            + " t) and s.d. the spread of single runs, both in percentage points. Time in sync is"
            + " the share of an epoch spent exchanging batch statistics. Each seed links to the"
            + " report of its run.",
        groups.isEmpty() ? "<p class=\"note\">No cell is done.</p>" : GridTables.groups(groups));
  }

  private static String differences(List<GridGroup> groups) {
    List<GridDifferences.Step> steps = GridDifferences.of(groups);
    return steps.isEmpty()
        ? ""
        : Html.section(
            "differences",
            "Differences along the axes",
            "How to read this: pairs of runs with the same seed that differ in one axis only; test"
                + " accuracy of the second minus that of the first, in percentage points. If the"
                + " interval (± 95 %) includes zero, the difference may be chance.",
            GridTables.differences(steps));
  }

  private static String figures(List<GridGroup> groups) {
    StringBuilder byAxis = new StringBuilder();
    int index = 0;
    for (Map.Entry<String, Plot> plot : GridPlots.byAxis(groups).entrySet()) {
      byAxis
          .append("<h3>%s</h3>\n".formatted(Xml.escape(plot.getKey())))
          .append(FigureSections.figure("axis" + index++, plot.getValue()));
    }
    String accuracy =
        byAxis.isEmpty()
            ? ""
            : Html.section(
                "accuracy",
                "Accuracy along each axis",
                "How to read this: means over seeds; bars are 95 % confidence intervals. If there are"
                    + " too many other settings to plot, one line shows the mean of all their cells.",
                byAxis.toString());
    String some =
        groups.size() > GridPlots.MOST_PANELS
            ? String.format(Locale.ROOT, " Only the first %d are shown.", GridPlots.MOST_PANELS)
            : "";
    return accuracy
        + Html.section(
            "curves",
            "Learning curves",
            "How to read this: test accuracy by epoch, one panel per row of the table and one line"
                + " per seed, all on the same scale."
                + some,
            FigureSections.figure("curves", GridPlots.curves(groups)))
        + Html.section(
            "time",
            "Where the time went",
            "How to read this: one bar per row of the table, by its number, for its mean epoch.",
            FigureSections.figure("time", GridPlots.time(groups)))
        + drift(groups);
  }

  private static String drift(List<GridGroup> groups) {
    String table = GridTables.drift(groups);
    return table.isEmpty()
        ? ""
        : Html.section("drift", "Drift between the ranks", DriftColumn.HOW_TO_READ, table);
  }

  private static String unfinished(GridPage page) {
    return page.unfinished().isEmpty()
        ? ""
        : Html.section(
            "unfinished",
            "Not done",
            "How to read this: these cells have no result yet; run the same command again to continue with them.",
            GridTables.unfinished(page.unfinished()));
  }
}
