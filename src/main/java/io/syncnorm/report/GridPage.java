package io.syncnorm.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of a grid's page.
 *
 * @param experiment name of the grid
 * @param command what each cell ran
 * @param axes paths of the keys that vary
 * @param cells in the order of the plan
 */
public record GridPage(String experiment, String command, List<String> axes, List<Cell> cells) {

  /** The axis whose values repeat one measurement. */
  public static final String SEED = "run.seed";

  /**
   * One cell of the grid.
   *
   * @param run name of the run directory
   * @param coordinates value on each axis
   * @param status latest status in the registry
   * @param message why the cell is not done
   * @param models as in {@code result.json}; empty unless the cell is done
   * @param epochs as in {@code metrics.csv}
   * @param wallSeconds wall time of the last start
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

    /** The seed if it is an axis, else empty. */
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
