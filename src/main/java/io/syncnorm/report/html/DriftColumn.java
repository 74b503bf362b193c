package io.syncnorm.report.html;

import io.syncnorm.report.LayerMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A figure of {@link LayerMetrics} as reports show it.
 *
 * @param decimals after the point
 */
record DriftColumn(String title, int decimals, ToDoubleFunction<LayerMetrics> value) {
  private static final DriftColumn DEAD_UNITS =
      new DriftColumn("Dead units", 0, LayerMetrics::deadUnits);

  /** Those that are worth a curve over the epochs. */
  static final List<DriftColumn> PLOTTED =
      List.of(
          new DriftColumn("Mean drift", 4, LayerMetrics::meanDrift),
          new DriftColumn("Variance drift", 4, LayerMetrics::varianceDrift),
          new DriftColumn("Weight divergence", 5, LayerMetrics::weightDivergence),
          new DriftColumn("Gradient norm", 4, LayerMetrics::gradientNorm));

  /** What the columns say. */
  static final String HOW_TO_READ =
      "How to read this: the table is of the last epoch. Mean and variance drift are how far one"
          + " rank's batch statistics lie from those of all ranks, in standard deviations and"
          + " relative to the variance: near zero, ranks may as well normalize by themselves."
          + " Weight divergence is how far a rank's weights lie from their mean just before the"
          + " epoch's last merge, relative to its norm. Gradient norm is of one rank's mini-batch"
          + " mean. Dead units are zero for every test image.";

  /** All of them. */
  static List<DriftColumn> all() {
    List<DriftColumn> all = new ArrayList<>(PLOTTED);
    all.add(DEAD_UNITS);
    return all;
  }

  /** The head of a table whose rows begin with these columns. */
  static List<String> head(String... first) {
    List<String> head = new ArrayList<>(List.of(first));
    all().forEach(column -> head.add(column.title));
    return head;
  }

  /** The title as part of an address in a page. */
  String id() {
    return title.toLowerCase(Locale.ROOT).replace(' ', '-');
  }
}
