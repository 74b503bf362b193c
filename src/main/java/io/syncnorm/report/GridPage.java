package io.syncnorm.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that the page of a grid shows.
 *
 * @param experiment name of the grid
 * @param command what each cell ran
 * @param axes paths of the keys that vary
 * @param cells in the order of the plan
 */
public record GridPage(String experiment, String command, List<String> axes, List<Cell> cells) {

  /** The axis whose values are repetitions of one measurement. */
  public static final String SEED = "run.seed";

  /**
   * One cell.
   *
   * @param run name of its run directory
   * @param coordinates its value on each axis
   * @param status what the registry last heard of it
   * @param message why it is not done
   * @param models as in its {@code result.json}; empty unless it is done
   * @param epochs as in its {@code metrics.csv}
   * @param wallSeconds of its last start
   */
  public record Cell(
      String run,
      Map<String, String> coordinates,
      String status,
      String message,
      List<ModelResult> models,
      List<EpochMetrics> epochs,
      double wallSeconds) {
    public Cell {
      coordinates = Collections.unmodifiableMap(new LinkedHashMap<>(coordinates));
      models = List.copyOf(models);
      epochs = List.copyOf(epochs);
    }

    /** The seed where it is an axis, or nothing. */
    public String seed() {
      return coordinates.getOrDefault(SEED, "");
    }
  }

  /** Copies the lists. */
  public GridPage {
    axes = List.copyOf(axes);
    cells = List.copyOf(cells);
  }

  /** Cells without a result. */
  public List<Cell> unfinished() {
    return cells.stream().filter(cell -> cell.models().isEmpty()).toList();
  }
}
