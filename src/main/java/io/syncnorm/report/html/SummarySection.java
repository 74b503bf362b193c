package io.syncnorm.report.html;

import io.syncnorm.report.Evaluation;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.plot.Xml;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** One row per model: size, quality, speed. */
final class SummarySection {
  private SummarySection() {}

  static String html(ReportPage page) {
    String rows =
        page.result().models().stream().map(SummarySection::row).collect(Collectors.joining());
    String table =
        Html.table(
            "All models after the last epoch",
            List.of(
                "Model",
                "Test accuracy",
                "Test loss",
                "Seconds per epoch",
                "Examples/s",
                "Exchange p50 / p99, µs",
                "Parameters",
                "Epochs",
                "Batch norm",
                "File"),
            rows);
    return Html.section("summary", "Summary", howToRead(page), table);
  }

  private static String row(ModelResult model) {
    return Html.row(
        Xml.escape(model.name()),
        Html.percent(model.testAccuracy()),
        Html.loss(model.testLoss()),
        Html.decimal(model.secondsPerEpoch(), 3),
        Html.decimal(model.examplesPerSecond(), 0),
        micros(model.exchangeP50Micros()) + " / " + micros(model.exchangeP99Micros()),
        Html.count(model.parameters()),
        Html.count(model.epochs()),
        model.batchNorm() ? "yes" : "no",
        "<code>" + Xml.escape(model.file()) + "</code>");
  }

  private static String micros(double value) {
    return Html.decimal(value, value < 100 ? 1 : 0);
  }

  private static String howToRead(ReportPage page) {
    String general =
        "How to read this: accuracy and loss are those on the test images after the last epoch,"
            + " with running statistics. Seconds per epoch include merging and evaluation. An exchange"
            + " is one layer's statistics in one direction, waiting for slower ranks included: half"
            + " of them took no longer than p50, 99 of 100 no longer than p99.";
    return general + chance(page.evaluations().values());
  }

  /** How far chance alone moves an accuracy, so that nobody makes a story of a tenth of a point. */
  private static String chance(Collection<Evaluation> evaluations) {
    return evaluations.stream()
        .filter(evaluation -> evaluation.total() > 0)
        .max(Comparator.comparingDouble(Evaluation::standardError))
        .map(
            widest ->
                " On "
                    + Html.count(widest.total())
                    + " images one standard error of an accuracy is about "
                    + Html.decimal(100 * widest.standardError(), 2)
                    + " percentage points: smaller differences between models may be chance.")
        .orElse("");
  }
}
