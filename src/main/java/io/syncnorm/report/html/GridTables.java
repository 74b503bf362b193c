package io.syncnorm.report.html;

import io.syncnorm.report.GridGroup;
import io.syncnorm.report.GridPage;
import io.syncnorm.report.plot.Xml;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The tables of a grid's report. */
final class GridTables {
  /** Path from the page to the folder of the run directories. */
  private static final String RUNS = "../../";

  /** Has no-break spaces, because it heads the narrowest column. */
  private static final String HALF_INTERVAL = "±\u00a095\u00a0%, points";

  private GridTables() {}

  /** The table with one row per group of cells that differ only in the seed. */
  static String groups(List<GridGroup> groups) {
    List<Column<GridGroup>> columns = new ArrayList<>();
    columns.add(new Column<>("#", GridGroup::shortName));
    for (String axis : GridGroup.axes(groups).keySet()) {
      columns.add(
          new Column<>(
              GridGroup.shortKey(axis),
              group -> Xml.escape(group.coordinates().getOrDefault(axis, ""))));
    }
    columns.addAll(
        List.of(
            new Column<>("Seeds", group -> Html.count(group.accuracy().count())),
            new Column<>("Test accuracy", group -> Html.percent(group.accuracy().mean())),
            new Column<>(HALF_INTERVAL, group -> points(group.accuracy().confidence())),
            new Column<>("s.d., points", group -> points(group.accuracy().standardDeviation())),
            new Column<>(
                "Test loss",
                group -> Html.loss(group.sample(member -> member.model().testLoss()).mean())),
            new Column<>(
                "Seconds per epoch", group -> Html.decimal(group.meanEpoch().seconds(), 3)),
            new Column<>(
                "Time in sync",
                group ->
                    Html.percent(group.meanEpoch().syncSeconds() / group.meanEpoch().seconds())),
            new Column<>(
                "Runs",
                group ->
                    group.members().stream()
                        .map(GridTables::link)
                        .collect(Collectors.joining(" ")))));
    return Html.table(
        "Test results %s: mean over the seeds of each cell".formatted(when(groups)),
        groups,
        columns);
  }

  /** Returns {@link SummarySection#when} for the models of all groups. */
  static String when(List<GridGroup> groups) {
    return SummarySection.when(
        groups.stream()
            .flatMap(group -> group.members().stream())
            .map(GridGroup.Member::model)
            .toList());
  }

  /** The table of drift between the ranks in the last epoch; empty if it was not measured. */
  static String drift(List<GridGroup> groups) {
    record Row(GridGroup group, int layer) {}

    List<Row> rows =
        groups.stream()
            .flatMap(
                group -> IntStream.range(0, group.hiddenLayers()).mapToObj(i -> new Row(group, i)))
            .toList();
    List<Column<Row>> columns = new ArrayList<>();
    columns.add(new Column<>("#", row -> row.group.shortName()));
    columns.add(new Column<>("Cell", row -> Xml.escape(GridGroup.label(row.group.coordinates()))));
    columns.add(new Column<>("Hidden layer", row -> Html.count(row.layer + 1L)));
    for (DriftColumn column : DriftColumn.ALL) {
      // The mean of integers over seeds may have decimals.
      int decimals = Math.max(1, column.decimals());
      columns.add(
          new Column<>(
              column.title(),
              row -> Html.decimal(row.group.meanOfLayer(row.layer, column.value()), decimals)));
    }
    return rows.isEmpty()
        ? ""
        : Html.table("Drift between the ranks in the last epoch: mean over seeds", rows, columns);
  }

  private static String link(GridGroup.Member member) {
    String seed = member.cell().seed();
    String text = seed.isEmpty() ? member.cell().run() : seed;
    return Html.link(RUNS + member.cell().run() + "/report.html", text);
  }

  /** The table of differences along each axis. */
  static String differences(List<GridDifferences.Step> steps) {
    return Html.table(
        "Differences in test accuracy between pairs of runs",
        steps,
        List.of(
            new Column<>("Axis", step -> Xml.escape(GridGroup.shortKey(step.axis()))),
            new Column<>("Step", step -> Xml.escape(step.from() + " → " + step.to())),
            new Column<>(
                "Other settings",
                step ->
                    step.elsewhere().isEmpty()
                        ? "<b>all cells</b>"
                        : Xml.escape(GridGroup.label(step.elsewhere()))),
            new Column<>("Pairs", step -> Html.count(step.differences().count())),
            new Column<>("Difference, points", step -> signed(100 * step.differences().mean())),
            new Column<>(HALF_INTERVAL, step -> points(step.differences().confidence())),
            new Column<>(
                "Pairs with a gain",
                step ->
                    String.format(
                        Locale.ROOT, "%d of %d", step.gains(), step.differences().count()))));
  }

  private static String points(double fraction) {
    return Html.decimal(100 * fraction, 2);
  }

  private static String signed(double points) {
    return Double.isFinite(points)
        ? String.format(Locale.ROOT, "%+.2f", points)
        : Html.decimal(points, 2);
  }

  /** The table of cells without a result. */
  static String unfinished(List<GridPage.Cell> cells) {
    return Html.table(
        "Cells without a result",
        cells,
        List.of(
            new Column<>("Run", cell -> Html.code(cell.run())),
            new Column<>("Cell", cell -> Xml.escape(GridGroup.label(cell.coordinates()))),
            new Column<>("Status", cell -> Xml.escape(cell.status())),
            new Column<>("Reason", cell -> Xml.escape(cell.message()))));
  }

  /** The table of settings that vary; common settings are shown in each run's report. */
  static String axes(GridPage page) {
    return Html.table(
        "Values on each axis",
        page.axes(),
        List.of(
            new Column<>("Axis", Xml::escape),
            new Column<>("Values", axis -> Xml.escape(values(page, axis)))));
  }

  private static String values(GridPage page, String axis) {
    return page.cells().stream()
        .map(GridPage.Cell::coordinates)
        .map((Map<String, String> coordinates) -> coordinates.getOrDefault(axis, ""))
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
