package io.syncnorm.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** How far the ranks drifted from each other, layer by layer; nothing where it was not measured. */
final class DriftSection {
  private record Figure(String id, String title, ToDoubleFunction<LayerMetrics> value) {}

  private static final List<Figure> PLOTTED =
      List.of(
          new Figure("mean-drift", "Mean drift", LayerMetrics::meanDrift),
          new Figure("variance-drift", "Variance drift", LayerMetrics::varianceDrift),
          new Figure("divergence", "Weight divergence", LayerMetrics::weightDivergence),
          new Figure("gradient", "Gradient norm", LayerMetrics::gradientNorm));

  /** What the columns say. */
  static final String MEANING =
      "the table is of the last epoch. Mean and variance drift are how far one"
          + " rank's batch statistics lie from those of all ranks, in standard deviations and"
          + " relative to the variance: near zero, ranks may as well normalize by themselves."
          + " Weight divergence is how far a rank's weights lie from their mean just before the"
          + " epoch's last merge, relative to its norm. Gradient norm is of one rank's mini-batch"
          + " mean. Dead units are zero for every test image.";

  private DriftSection() {}

  static String html(List<EpochMetrics> rows) {
    Map<String, List<EpochMetrics>> models = EpochMetrics.byModel(rows);
    boolean isMeasured =
        rows.stream()
            .flatMap(epoch -> epoch.details().layers().stream())
            .anyMatch(LayerMetrics::isMeasured);
    if (!isMeasured) {
      return "";
    }
    StringBuilder plots = new StringBuilder("<div class=\"plots\">\n");
    for (Figure figure : PLOTTED) {
      List<Curve> curves = curves(models, figure);
      if (!curves.isEmpty()) {
        plots.append(FigureSections.small(figure.id(), Plot.curves(figure.title(), curves)));
      }
    }
    return Html.section(
        "drift",
        "Drift between the ranks",
        "How to read this: " + MEANING,
        Html.scrolling("Drift in the last epoch", table(models)) + "\n" + plots + "</div>");
  }

  private static String table(Map<String, List<EpochMetrics>> models) {
    StringBuilder rows = new StringBuilder();
    models.forEach(
        (model, epochs) -> {
          for (LayerMetrics layer : epochs.get(epochs.size() - 1).details().layers()) {
            rows.append(row(model, layer));
          }
        });
    return "<table>\n"
        + Html.head(
            "Model",
            "Hidden layer",
            "Mean drift",
            "Variance drift",
            "Weight divergence",
            "Gradient norm",
            "Dead units")
        + "<tbody>\n"
        + rows
        + "</tbody></table>";
  }

  private static String row(String model, LayerMetrics layer) {
    return Html.row(
        Html.escape(model),
        Html.count(layer.layer()),
        Html.decimal(layer.meanDrift(), 4),
        Html.decimal(layer.varianceDrift(), 4),
        Html.decimal(layer.weightDivergence(), 5),
        Html.decimal(layer.gradientNorm(), 4),
        Html.decimal(layer.deadUnits(), 0));
  }

  /** One colour per layer, solid and dashed in turn for the models. */
  private static List<Curve> curves(Map<String, List<EpochMetrics>> models, Figure figure) {
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

  private static double value(EpochMetrics epoch, int layer, Figure figure) {
    List<LayerMetrics> layers = epoch.details().layers();
    return layer < layers.size() ? figure.value().applyAsDouble(layers.get(layer)) : Double.NaN;
  }
}
