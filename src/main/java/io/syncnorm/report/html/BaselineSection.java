package io.syncnorm.report.html;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.Xml;
import java.util.List;

/** The section on accuracy against time, compared with baselines; empty without baselines. */
final class BaselineSection {
  private BaselineSection() {}

  static String html(ReportPage page) {
    if (page.result().baselines().isEmpty() || page.epochs().isEmpty()) {
      return "";
    }
    record Row(String baseline, Baseline.Point point) {}

    List<Row> rows =
        page.result().baselines().stream()
            .flatMap(baseline -> baseline.points().stream().map(p -> new Row(baseline.name(), p)))
            .toList();
    String table =
        Html.table(
            "Training runs of the baselines",
            rows,
            List.of(
                new Column<>("Baseline", row -> Xml.escape(row.baseline)),
                new Column<>("Iterations", row -> Html.count(row.point.iterations())),
                new Column<>("Seconds", row -> Html.decimal(row.point.seconds(), 2)),
                new Column<>("Test accuracy", row -> Html.percent(row.point.testAccuracy()))));
    return Html.section(
        "baseline",
        "Accuracy over time",
        "How to read this: test accuracy over seconds of training, on a logarithmic axis. Higher"
            + " and further left is better. Each point of a model is one epoch, evaluation included;"
            + " each point of a baseline is a separate training from scratch, without evaluation."
            + " Neither includes reading the data or starting Spark.",
        FigureSections.figure(
                "baseline", Plot.accuracyOverTime(page.epochs(), page.result().baselines()))
            + table);
  }
}
