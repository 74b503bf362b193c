package io.syncnorm.cli;

import io.syncnorm.cli.process.TextTable;
import io.syncnorm.report.GridPlan;
import io.syncnorm.report.SummaryCsv;
import java.util.List;
import java.util.Locale;

/** Formats the plan of a grid for a terminal. */
final class PlanTable {
  private PlanTable() {}

  static String of(GridPlan plan) {
    TextTable table = new TextTable("#", "run", "status", "estimate", "cell");
    int number = 0;
    for (GridPlan.Item item : plan.cells()) {
      number++;
      String estimate =
          item.seconds() == 0
              ? ""
              : Double.isNaN(item.seconds())
                  ? "?"
                  : String.format(Locale.ROOT, "%.1f s", item.seconds());
      table.add(
          List.of(
              String.valueOf(number),
              item.run(),
              item.status(),
              estimate,
              SummaryCsv.cell(item.cell())));
    }
    return String.format(
        Locale.ROOT,
        "%s%d cells, %s%n",
        table.text(),
        plan.cells().size(),
        duration(plan.seconds()));
  }

  /** Formats an estimate. */
  static String duration(double seconds) {
    if (Double.isNaN(seconds)) {
      return "no estimate: the registry has no similar run";
    }
    long whole = Math.round(seconds);
    return String.format(
        Locale.ROOT, "about %d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
