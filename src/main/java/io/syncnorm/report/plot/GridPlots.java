package io.syncnorm.report.plot;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.GridGroup;
import io.syncnorm.report.GridPage;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The plots of a grid. */
public final class GridPlots {
  /**
   * Groups whose learning curves {@link #curves} shows: what fits a page that somebody looks at.
   */
  public static final int MOST_PANELS = 24;

  private GridPlots() {}

  /** All plots by the names of their files; none where no cell is done. */
  public static Map<String, Plot> of(GridPage page) {
    List<GridGroup> groups = GridGroup.of(page);
    Map<String, Plot> plots = new LinkedHashMap<>();
    if (groups.isEmpty()) {
      return plots;
    }
    byAxis(page).forEach((axis, plot) -> plots.put("accuracy-by-" + fileName(axis), plot));
    plots.put("curves", curves(page));
    plots.put("time", time(page));
    return plots;
  }

  /** Accuracy against each axis that has more than one value. */
  public static Map<String, Plot> byAxis(GridPage page) {
    List<GridGroup> groups = GridGroup.of(page);
    Set<String> axes = new LinkedHashSet<>();
    groups.forEach(group -> axes.addAll(group.coordinates().keySet()));
    Map<String, Plot> plots = new LinkedHashMap<>();
    for (String axis : axes) {
      if (groups.stream().map(group -> group.coordinates().get(axis)).distinct().count() > 1) {
        plots.put(axis, Plot.of(new AxisChart(axis, groups)));
      }
    }
    return plots;
  }

  /** The learning curves of the first groups, a panel for each. */
  public static Plot curves(GridPage page) {
    return Plot.of(new PanelChart(GridGroup.of(page)));
  }

  /** Where an epoch of each group spends its time: bars are numbered as the groups are. */
  public static Plot time(GridPage page) {
    List<EpochMetrics> rows = GridGroup.of(page).stream().map(GridPlots::meanEpoch).toList();
    return Plot.of(TimeChart.ofCells(rows));
  }

  private static EpochMetrics meanEpoch(GridGroup group) {
    ToDoubleFunction<ToDoubleFunction<EpochMetrics>> mean = group::meanOfEpochs;
    return new EpochMetrics(
        TimeChart.CELLS,
        group.number(),
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        mean.applyAsDouble(EpochMetrics::seconds),
        mean.applyAsDouble(EpochMetrics::computeSeconds),
        mean.applyAsDouble(EpochMetrics::syncSeconds),
        mean.applyAsDouble(EpochMetrics::waitSeconds),
        mean.applyAsDouble(EpochMetrics::averageSeconds));
  }

  private static String fileName(String axis) {
    return axis.replaceAll("[^A-Za-z0-9-]", "-");
  }
}
