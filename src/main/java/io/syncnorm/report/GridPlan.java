package io.syncnorm.report;

import java.util.List;
import java.util.Map;

/**
 * What a grid would run.
 *
 * @param status always {@code plan}
 * @param cells in the order in which they would run
 * @param seconds estimate for all of them; NaN where there is no speed to judge by
 */
public record GridPlan(String status, String experiment, List<Item> cells, double seconds) {

  /**
   * One cell.
   *
   * @param status what the registry last heard of it; {@code new} if nothing, {@code given up} if
   *     it failed too often to be tried again
   * @param seconds estimate; 0 if it is done or given up, NaN if unknown
   */
  public record Item(String run, Map<String, String> cell, String status, double seconds) {}
}
