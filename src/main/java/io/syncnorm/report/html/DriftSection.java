package io.syncnorm.report.html;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.LayerMetrics;
import io.syncnorm.report.plot.Curve;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.Xml;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How far the ranks drifted from each other, layer by layer; nothing where it was not measured. */
final class DriftSection {
  private DriftSection() {}

  static String html(List<EpochMetrics> rows) {
    Map<String, List<EpochMetrics>> models = EpochMetrics.byModel(rows);
    boolean isMeasured =
        rows.stream()
            .flatMap(epoch -> epoch.details().layers().stream())
            .anyMatch(
                layer ->
                    DriftColumn.all().stream()
                        .anyMatch(column -> Double.isFinite(column.value().applyAsDouble(layer))));
    if (!isMeasured) {
      return "";
    }
    StringBuilder plots = new StringBuilder("<div class=\"plots\">\n");
    for (DriftColumn figure : DriftColumn.PLOTTED) {
      List<Curve> curves = curves(models, figure);
      if (!curves.isEmpty()) {
        plots.append(FigureSections.small(figure.id(), Plot.curves(figure.title(), "", curves)));
      }
    }
    return Html.section(
        "drift",
        "Drift between the ranks",
        DriftColumn.HOW_TO_READ,
        table(models) + "\n" + plots + "</div>");
  }

  private static String table(Map<String, List<EpochMetrics>> models) {
    StringBuilder rows = new StringBuilder();
    models.forEach(
        (model, epochs) -> {
          for (LayerMetrics layer : epochs.get(epochs.size() - 1).details().layers()) {
            rows.append(row(model, layer));
          }
        });
    return Html.table(
        "Drift between the ranks in the last epoch",
        DriftColumn.head("Model", "Hidden layer"),
        rows.toString());
  }

  private static String row(String model, LayerMetrics layer) {
    List<String> cells = new ArrayList<>(List.of(Html.count(layer.layer())));
    for (DriftColumn column : DriftColumn.all()) {
      cells.add(Html.decimal(column.value().applyAsDouble(layer), column.decimals()));
    }
    return Html.row(Xml.escape(model), cells.toArray(String[]::new));
  }

  /** One colour per layer, solid and dashed in turn for the models. */
  private static List<Curve> curves(Map<String, List<EpochMetrics>> models, DriftColumn figure) {
    List<Curve> curves = new ArrayList<>();
    int model = 0;
    for (Map.Entry<String, List<EpochMetrics>> entry : models.entrySet()) {
      Curve.Look look = model++ % 2 == 0 ? Curve.Look.SOLID : Curve.Look.DASHED;
      int layers =
          entry.getValue().stream().mapToInt(e -> e.details().layers().size()).max().orElse(0);
      for (int layer = 0; layer < layers; layer++) {
        int index = layer;
        Curve curve =
            new Curve(
                entry.getKey() + ", layer " + (layer + 1),
                look,
                layer,
                entry.getValue(),
                epoch -> value(epoch, index, figure));
        if (Arrays.stream(curve.values()).anyMatch(Double::isFinite)) {
          curves.add(curve);
        }
      }
    }
    return curves;
  }

  private static double value(EpochMetrics epoch, int layer, DriftColumn figure) {
    List<LayerMetrics> layers = epoch.details().layers();
    return layer < layers.size() ? figure.value().applyAsDouble(layers.get(layer)) : Double.NaN;
  }
}
