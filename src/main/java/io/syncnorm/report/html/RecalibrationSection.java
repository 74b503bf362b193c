package io.syncnorm.report.html;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.plot.Curve;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.Xml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The models with both kinds of running statistics; nothing where none was recalibrated. */
final class RecalibrationSection {
  private RecalibrationSection() {}

  static String html(List<EpochMetrics> measured) {
    StringBuilder rows = new StringBuilder();
    List<Curve> curves = new ArrayList<>();
    for (Map.Entry<String, List<EpochMetrics>> model : EpochMetrics.byModel(measured).entrySet()) {
      List<EpochMetrics> epochs = model.getValue();
      EpochMetrics last = epochs.get(epochs.size() - 1);
      if (!Double.isFinite(last.details().runningTestAccuracy())) {
        continue;
      }
      rows.append(
          Html.row(
              Xml.escape(model.getKey()),
              Html.percent(last.testAccuracy()),
              Html.percent(last.details().runningTestAccuracy()),
              Html.loss(last.testLoss()),
              Html.loss(last.details().runningTestLoss())));
      int colour = curves.size() / 2;
      curves.add(
          new Curve(
              model.getKey() + ", recalibrated",
              Curve.Look.SOLID,
              colour,
              epochs,
              epoch -> 100 * epoch.testAccuracy()));
      curves.add(
          new Curve(
              model.getKey() + ", running",
              Curve.Look.DASHED,
              colour,
              epochs,
              epoch -> 100 * epoch.details().runningTestAccuracy()));
    }
    if (curves.isEmpty()) {
      return "";
    }
    String table =
        Html.table(
            "Test results with both kinds of statistics, last epoch",
            List.of(
                "Model",
                "Accuracy, recalibrated",
                "Accuracy, running",
                "Loss, recalibrated",
                "Loss, running"),
            rows.toString());
    return Html.section(
        "recalibration",
        "Recalibrated statistics",
        "How to read this: the same weights, measured on the test images with statistics taken anew"
            + " from training images after the merge, as the model is saved, and with the running"
            + " averages of training. Where they differ, the running averages lag behind the model.",
        table
            + "\n<div class=\"plots\">\n"
            + FigureSections.small("recalibrated", Plot.curves("Test accuracy", "%", curves))
            + "</div>");
  }
}
