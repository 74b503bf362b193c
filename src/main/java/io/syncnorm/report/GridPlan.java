package io.syncnorm.report;

import java.util.List;
import java.util.Map;

/**
 * The plan of a grid: the cells it would run.
 *
 * @param status always {@code plan}
 * @param cells in the order in which they would run
 * @param seconds estimate for all cells; NaN if no similar run exists
 */
public record GridPlan(String status, String experiment, List<Item> cells, double seconds) {

  /**
   * One cell of the plan.
   *
   * @param status latest status in the registry; {@code new} if it has none, {@code given up} if
   *     the cell failed too often to be tried again
   * @param seconds estimate; 0 if the cell is done or given up, NaN if unknown
   */
  public record Item(String run, Map<String, String> cell, String status, double seconds) {}
}
