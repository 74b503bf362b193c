package io.syncnorm.report.html;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.Xml;
import java.util.List;
import java.util.stream.Collectors;

/** Accuracy against time, beside another library's learner; nothing where there is none. */
final class BaselineSection {
  private BaselineSection() {}

  static String html(ReportPage page) {
    if (page.result().baselines().isEmpty() || page.epochs().isEmpty()) {
      return "";
    }
    String rows =
        page.result().baselines().stream()
            .flatMap(
                baseline -> baseline.points().stream().map(point -> row(baseline.name(), point)))
            .collect(Collectors.joining());
    String table =
        Html.table(
            "Training runs of the baselines",
            List.of("Baseline", "Iterations", "Seconds", "Test accuracy"),
            rows);
    return Html.section(
        "baseline",
        "Accuracy against time",
        "How to read this: test accuracy against seconds of training, on a logarithmic axis; higher"
            + " and further left is better. Each point of a model is one epoch, evaluation included;"
            + " each point of a baseline is a separate training from scratch, without evaluation."
            + " Neither includes reading the data or starting Spark.",
        FigureSections.figure(
                "baseline", Plot.accuracyOverTime(page.epochs(), page.result().baselines()))
            + table);
  }

  private static String row(String name, Baseline.Point point) {
    return Html.row(
        Xml.escape(name),
        Html.count(point.iterations()),
        Html.decimal(point.seconds(), 2),
        Html.percent(point.testAccuracy()));
  }
}
