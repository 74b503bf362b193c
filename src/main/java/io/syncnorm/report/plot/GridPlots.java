package io.syncnorm.report.plot;

import io.syncnorm.report.GridGroup;
import io.syncnorm.report.GridPage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The plots of a grid. */
public final class GridPlots {
  /** The maximum number of groups that {@link #curves} shows, to keep the page readable. */
  public static final int MOST_PANELS = 24;

  private GridPlots() {}

  /** Returns all plots by file name; empty if no cell is done. */
  public static Map<String, Plot> of(GridPage page) {
    List<GridGroup> groups = GridGroup.of(page);
    Map<String, Plot> plots = new LinkedHashMap<>();
    if (groups.isEmpty()) {
      return plots;
    }
    byAxis(groups).forEach((axis, plot) -> plots.put("accuracy-by-" + fileName(axis), plot));
    plots.put("curves", curves(groups));
    plots.put("time", time(groups));
    return plots;
  }

  /** Returns the plots of accuracy along each axis that has more than one value. */
  public static Map<String, Plot> byAxis(List<GridGroup> groups) {
    Map<String, Plot> plots = new LinkedHashMap<>();
    GridGroup.axes(groups)
        .forEach(
            (axis, values) -> {
              if (values.size() > 1) {
                plots.put(axis, AxisChart.of(axis, values, groups));
              }
            });
    return plots;
  }

  /** Returns the plot of the learning curves of the first groups, one panel each. */
  public static Plot curves(List<GridGroup> groups) {
    return new PanelChart(groups.stream().limit(MOST_PANELS).toList());
  }

  /** Returns the plot of the time of an epoch of each group; bars have the groups' numbers. */
  public static Plot time(List<GridGroup> groups) {
    return TimeChart.ofGroups(groups);
  }

  private static String fileName(String axis) {
    return axis.replaceAll("[^A-Za-z0-9-]", "-");
  }
}
