package io.syncnorm.report.html;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.plot.Curve;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.Xml;
import java.util.ArrayList;
import java.util.List;

/** The section on recalibrated statistics; empty if no model was recalibrated. */
final class RecalibrationSection {
  private RecalibrationSection() {}

  static String html(List<EpochMetrics> measured) {
    List<EpochMetrics> last = new ArrayList<>();
    List<Curve> curves = new ArrayList<>();
    EpochMetrics.byModel(measured)
        .forEach(
            (model, epochs) -> {
              EpochMetrics end = epochs.get(epochs.size() - 1);
              if (Double.isFinite(end.details().runningTestAccuracy())) {
                int colour = last.size();
                last.add(end);
                curves.add(
                    Curve.byEpoch(
                        model + ", recalibrated",
                        Curve.Look.SOLID,
                        colour,
                        epochs,
                        epoch -> 100 * epoch.testAccuracy()));
                curves.add(
                    Curve.byEpoch(
                        model + ", running",
                        Curve.Look.DASHED,
                        colour,
                        epochs,
                        epoch -> 100 * epoch.details().runningTestAccuracy()));
              }
            });
    if (last.isEmpty()) {
      return "";
    }
    String table =
        Html.table(
            "Test results with both kinds of statistics, last epoch",
            last,
            List.of(
                new Column<>("Model", row -> Xml.escape(row.model())),
                new Column<>("Accuracy, recalibrated", row -> Html.percent(row.testAccuracy())),
                new Column<>(
                    "Accuracy, running", row -> Html.percent(row.details().runningTestAccuracy())),
                new Column<>("Loss, recalibrated", row -> Html.loss(row.testLoss())),
                new Column<>("Loss, running", row -> Html.loss(row.details().runningTestLoss()))));
    return Html.section(
        "recalibration",
        "Recalibrated statistics",
        "How to read this: the same weights on the test images, with statistics recomputed from"
            + " training images after the merge, as in the saved model, and with the running averages"
            + " of training. Where they differ, the running averages lag behind the model.",
        table
            + "\n<div class=\"plots\">\n"
            + FigureSections.small("recalibrated", Plot.curves("Test accuracy", "%", curves))
            + "</div>");
  }
}
