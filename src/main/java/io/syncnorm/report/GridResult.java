package io.syncnorm.report;

import java.util.List;
import java.util.Map;

/**
 * The outcome of a grid: the last line of standard output.
 *
 * @param status {@code done}, {@code failed}, {@code busy} (other processes are running the
 *     remaining cells) or {@code stopped}
 * @param cells number of cells
 * @param done number of finished cells, including those finished before
 * @param trained number of cells that this start trained or completed
 * @param code the exit code
 * @param unfinished cells that are not done, in the order of the plan
 * @param report path of the report page
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
