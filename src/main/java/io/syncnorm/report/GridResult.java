package io.syncnorm.report;

import java.util.List;
import java.util.Map;

/**
 * The outcome of a grid: the last line of standard output.
 *
 * @param status {@code done}, {@code failed}, {@code busy} (other processes are at the cells that
 *     are left) or {@code stopped}
 * @param cells how many there are
 * @param done how many of them are done, those that were before included
 * @param trained how many of them this start trained, or trained the rest of
 * @param code the exit code
 * @param unfinished the cells that are not done, in the order of the plan
 * @param report path of the page
 */
public record GridResult(
    String status,
    String experiment,
    int cells,
    int done,
    int trained,
    int code,
    List<Item> unfinished,
    String report,
    double wallSeconds) {

  /** A cell that is not done. */
  public record Item(
      String run, Map<String, String> cell, String status, int code, String message) {}
}
