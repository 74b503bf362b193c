package io.syncnorm.report.html;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.LayerMetrics;
import io.syncnorm.report.plot.Curve;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.Xml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The section on drift between the ranks, layer by layer; empty if it was not measured. */
final class DriftSection {
  private DriftSection() {}

  static String html(List<EpochMetrics> rows) {
    Map<String, List<EpochMetrics>> models = EpochMetrics.byModel(rows);
    boolean isMeasured =
        rows.stream()
            .flatMap(epoch -> epoch.details().layers().stream())
            .anyMatch(
                layer -> DriftColumn.ALL.stream().anyMatch(c -> Double.isFinite(c.of(layer))));
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
    record Row(String model, LayerMetrics layer) {}

    List<Row> rows = new ArrayList<>();
    models.forEach(
        (model, epochs) ->
            epochs
                .get(epochs.size() - 1)
                .details()
                .layers()
                .forEach(layer -> rows.add(new Row(model, layer))));
    List<Column<Row>> columns = new ArrayList<>();
    columns.add(new Column<>("Model", row -> Xml.escape(row.model)));
    columns.add(new Column<>("Hidden layer", row -> Html.count(row.layer.layer())));
    for (DriftColumn column : DriftColumn.ALL) {
      columns.add(
          new Column<>(
              column.title(), row -> Html.decimal(column.of(row.layer), column.decimals())));
    }
    return Html.table("Drift between the ranks in the last epoch", rows, columns);
  }

  /** One color per layer; models alternate between solid and dashed lines. */
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
            Curve.byEpoch(
                entry.getKey() + ", layer " + (layer + 1),
                look,
                layer,
                entry.getValue(),
                epoch -> value(epoch, index, figure));
        if (!curve.isEmpty()) {
          curves.add(curve);
        }
      }
    }
    return curves;
  }

  private static double value(EpochMetrics epoch, int layer, DriftColumn figure) {
    List<LayerMetrics> layers = epoch.details().layers();
    return layer < layers.size() ? figure.of(layers.get(layer)) : Double.NaN;
  }
}
