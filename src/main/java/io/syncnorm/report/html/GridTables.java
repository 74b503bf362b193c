package io.syncnorm.report.html;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.GridGroup;
import io.syncnorm.report.GridPage;
import io.syncnorm.report.Sample;
import io.syncnorm.report.plot.Xml;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The tables of a grid's report. */
final class GridTables {
  /** From the page to the folder of the run directories. */
  private static final String RUNS = "../../";

  /** With blanks that do not break, as it heads the narrowest of the columns. */
  private static final String HALF_INTERVAL = "±\u00a095\u00a0%, points";

  private GridTables() {}

  /** One row per group of cells that differ in the seed alone. */
  static String groups(List<GridGroup> groups) {
    Set<String> axes = new LinkedHashSet<>();
    groups.forEach(group -> axes.addAll(group.coordinates().keySet()));
    List<String> head = new ArrayList<>(List.of("#"));
    axes.forEach(axis -> head.add(GridGroup.shortKey(axis)));
    head.addAll(
        List.of(
            "Seeds",
            "Test accuracy",
            HALF_INTERVAL,
            "s.d., points",
            "Test loss",
            "Seconds per epoch",
            "Time in sync",
            "Runs"));
    return Html.table(
        "Test results after the last epoch: mean over the seeds of each cell",
        head,
        groups.stream().map(group -> row(axes, group)).collect(Collectors.joining()));
  }

  private static String row(Set<String> axes, GridGroup group) {
    List<String> cells = new ArrayList<>();
    for (String axis : axes) {
      cells.add(Xml.escape(group.coordinates().getOrDefault(axis, "")));
    }
    Sample accuracy = group.accuracy();
    cells.add(Html.count(accuracy.count()));
    cells.add(Html.percent(accuracy.mean()));
    cells.add(Html.decimal(100 * accuracy.confidence(), 2));
    cells.add(Html.decimal(100 * accuracy.standardDeviation(), 2));
    cells.add(Html.loss(group.sample(member -> member.model().testLoss()).mean()));
    double seconds = group.meanOfEpochs(EpochMetrics::seconds);
    cells.add(Html.decimal(seconds, 3));
    cells.add(Html.percent(group.meanOfEpochs(EpochMetrics::syncSeconds) / seconds));
    cells.add(group.members().stream().map(GridTables::link).collect(Collectors.joining(" ")));
    return Html.row(group.shortName(), cells.toArray(String[]::new));
  }

  /** Drift of the ranks in the last epoch, per hidden layer; nothing where it was not measured. */
  static String drift(List<GridGroup> groups) {
    StringBuilder rows = new StringBuilder();
    for (GridGroup group : groups) {
      for (int layer = 0; layer < group.hiddenLayers(); layer++) {
        rows.append(driftRow(group, layer));
      }
    }
    List<String> head = DriftColumn.head("#", "Cell", "Hidden layer");
    return rows.isEmpty()
        ? ""
        : Html.table(
            "Drift between the ranks in the last epoch: mean over seeds", head, rows.toString());
  }

  private static String driftRow(GridGroup group, int layer) {
    List<String> cells =
        new ArrayList<>(
            List.of(Xml.escape(GridGroup.label(group.coordinates())), Html.count(layer + 1L)));
    for (DriftColumn column : DriftColumn.all()) {
      // A mean over seeds may have a decimal where none of them has.
      int decimals = Math.max(1, column.decimals());
      cells.add(Html.decimal(group.meanOfLayer(layer, column.value()), decimals));
    }
    return Html.row(group.shortName(), cells.toArray(String[]::new));
  }

  private static String link(GridGroup.Member member) {
    String seed = member.cell().seed();
    String text = seed.isEmpty() ? member.cell().run() : seed;
    return Html.link(RUNS + member.cell().run() + "/report.html", text);
  }

  /** What changes along each axis. */
  static String differences(List<GridDifferences.Step> steps) {
    String rows =
        steps.stream()
            .map(
                step ->
                    Html.row(
                        Xml.escape(GridGroup.shortKey(step.axis())),
                        Xml.escape(step.from() + " → " + step.to()),
                        step.elsewhere().isEmpty()
                            ? "<b>all cells</b>"
                            : Xml.escape(GridGroup.label(step.elsewhere())),
                        Html.count(step.differences().count()),
                        signed(100 * step.differences().mean()),
                        Html.decimal(100 * step.differences().confidence(), 2),
                        String.format(
                            Locale.ROOT, "%d of %d", step.gains(), step.differences().count())))
            .collect(Collectors.joining());
    return Html.table(
        "Differences of test accuracy between pairs of runs",
        List.of(
            "Axis",
            "Step",
            "Other settings",
            "Pairs",
            "Difference, points",
            HALF_INTERVAL,
            "Pairs that gain"),
        rows);
  }

  private static String signed(double points) {
    return Double.isFinite(points)
        ? String.format(Locale.ROOT, "%+.2f", points)
        : Html.decimal(points, 2);
  }

  /** Cells without a result. */
  static String unfinished(List<GridPage.Cell> cells) {
    String rows =
        cells.stream()
            .map(
                cell ->
                    Html.row(
                        "<code>" + Xml.escape(cell.run()) + "</code>",
                        Xml.escape(GridGroup.label(cell.coordinates())),
                        Xml.escape(cell.status()),
                        Xml.escape(cell.message())))
            .collect(Collectors.joining());
    return Html.table("Cells without a result", List.of("Run", "Cell", "Status", "Why"), rows);
  }

  /** The settings that all cells share are in each run's own report; these are what varies. */
  static String axes(GridPage page) {
    String rows =
        page.axes().stream()
            .map(axis -> Html.row(Xml.escape(axis), Xml.escape(values(page, axis))))
            .collect(Collectors.joining());
    return Html.table("Values on each axis", List.of("Axis", "Values"), rows);
  }

  private static String values(GridPage page, String axis) {
    return page.cells().stream()
        .map(GridPage.Cell::coordinates)
        .map((Map<String, String> coordinates) -> coordinates.getOrDefault(axis, ""))
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
