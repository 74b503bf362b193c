package io.syncnorm.report;

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
        "<table class=\"summary\">\n"
            + Html.head("Baseline", "Iterations", "Seconds", "Test accuracy")
            + "<tbody>\n"
            + rows
            + "</tbody></table>";
    return Html.section(
        "baseline",
        "Accuracy against time",
        "How to read this: how far each learner has come after so many seconds of training, on a"
            + " logarithmic axis; further up and to the left is better. A point of a model is an"
            + " epoch, evaluation included; a point of a baseline is a training of its own, from"
            + " scratch, without evaluation. Reading data and starting Spark are in neither.",
        FigureSections.figure(
                "baseline", Plot.accuracyOverTime(page.epochs(), page.result().baselines()))
            + Html.scrolling("Trainings of the baselines", table));
  }

  private static String row(String name, Baseline.Point point) {
    return Html.row(
        Html.escape(name),
        Html.count(point.iterations()),
        Html.decimal(point.seconds(), 2),
        Html.percent(point.testAccuracy()));
  }
}
