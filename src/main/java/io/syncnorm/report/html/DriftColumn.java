package io.syncnorm.report.html;

import io.syncnorm.report.LayerMetrics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A column of {@link LayerMetrics} in a report.
 *
 * @param decimals number of decimals
 */
record DriftColumn(String title, int decimals, ToDoubleFunction<LayerMetrics> value) {
  /** The columns that are plotted over the epochs. */
  static final List<DriftColumn> PLOTTED =
      List.of(
          new DriftColumn("Mean drift", 4, LayerMetrics::meanDrift),
          new DriftColumn("Variance drift", 4, LayerMetrics::varianceDrift),
          new DriftColumn("Weight divergence", 5, LayerMetrics::weightDivergence),
          new DriftColumn("Gradient norm", 4, LayerMetrics::gradientNorm));

  /** All columns. */
  static final List<DriftColumn> ALL =
      Stream.concat(
              PLOTTED.stream(),
              Stream.of(new DriftColumn("Dead units", 0, LayerMetrics::deadUnits)))
          .toList();

  /** Explains the columns. */
  static final String HOW_TO_READ =
      "How to read this: the table shows the last epoch. Mean and variance drift are how far one"
          + " rank's batch statistics lie from those of all ranks, in standard deviations and"
          + " relative to the variance: near zero, synchronization makes little difference."
          + " Weight divergence is how far a rank's weights lie from their mean just before the"
          + " epoch's last merge, relative to its norm. Gradient norm is of one rank's mini-batch"
          + " mean. Dead units are zero for every test image.";

  double of(LayerMetrics layer) {
    return value.applyAsDouble(layer);
  }

  /** The title as an anchor in a page. */
  String id() {
    return title.toLowerCase(Locale.ROOT).replace(' ', '-');
  }
}
