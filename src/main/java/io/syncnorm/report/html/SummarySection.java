package io.syncnorm.report.html;

import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.plot.Xml;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The summary section, with one row per model. */
final class SummarySection {
  private SummarySection() {}

  static String html(ReportPage page) {
    String table =
        Html.table(
            "All models " + when(page.result().models()),
            page.result().models(),
            List.of(
                new Column<>("Model", model -> Xml.escape(model.name())),
                new Column<>("Test accuracy", model -> Html.percent(model.testAccuracy())),
                new Column<>("Test loss", model -> Html.loss(model.testLoss())),
                new Column<>(
                    "Seconds per epoch", model -> Html.decimal(model.secondsPerEpoch(), 3)),
                new Column<>("Examples/s", model -> Html.decimal(model.examplesPerSecond(), 0)),
                new Column<>("Exchange p50 / p99, µs", SummarySection::exchange),
                new Column<>("Parameters", model -> Html.count(model.parameters())),
                new Column<>("Epochs", model -> epochs(model, page.unfinished())),
                new Column<>("Batch norm", model -> model.batchNorm() ? "yes" : "no"),
                new Column<>("File", model -> Html.file(model.file()))));
    return Html.section("summary", "Summary", howToRead(page), table);
  }

  private static String epochs(ModelResult model, Map<String, Integer> unfinished) {
    Integer all = unfinished.get(model.name());
    String of = all == null ? "" : " of " + Html.count(all);
    String best = model.bestEpoch() == 0 ? "" : ", best " + Html.count(model.bestEpoch());
    return Html.count(model.epochs()) + of + best;
  }

  /** The epoch whose models the test results are from. */
  static String when(List<ModelResult> models) {
    return models.stream().anyMatch(model -> model.bestEpoch() > 0)
        ? "after the epoch with the lowest test loss"
        : "after the last epoch";
  }

  private static String exchange(ModelResult model) {
    return micros(model.exchangeP50Micros()) + " / " + micros(model.exchangeP99Micros());
  }

  private static String micros(double value) {
    return Html.decimal(value, value < 100 ? 1 : 0);
  }

  private static String howToRead(ReportPage page) {
    String general =
        "How to read this: accuracy and loss are measured on the test rows "
            + when(page.result().models())
            + ", with running statistics. Seconds per epoch include merging and evaluation. An exchange"
            + " is one layer's statistics in one direction, including waiting for slower hosts: half"
            + " of them took no longer than p50, 99 of 100 no longer than p99.";
    return general + chance(page.evaluations().values());
  }

  /** States the standard error of an accuracy, so that chance differences are recognized. */
  private static String chance(Collection<ClassificationReport> evaluations) {
    return evaluations.stream()
        .filter(evaluation -> evaluation.total() > 0)
        .max(Comparator.comparingDouble(ClassificationReport::standardError))
        .map(
            widest ->
                " On "
                    + Html.count(widest.total())
                    + " rows one standard error of an accuracy is about "
                    + Html.decimal(100 * widest.standardError(), 2)
                    + " percentage points: smaller differences between models may be chance.")
        .orElse("");
  }
}
