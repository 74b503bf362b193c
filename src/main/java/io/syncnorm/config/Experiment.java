package io.syncnorm.config;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A grid of runs with all its cells.
 *
 * @param name of the grid; also a valid directory name
 * @param command what each cell runs
 * @param axes paths of the keys that vary, and {@link #CASE} if there are named cases; the first
 *     varies slowest
 * @param cells with distinct outcome settings, in the order in which they run
 * @param duplicates the number of cells dropped because an earlier cell trains the same model
 */
public record Experiment(
    String name, Command command, List<String> axes, List<Cell> cells, int duplicates) {

  /** The name of the axis formed by named cases. */
  public static final String CASE = "case";

  /** What a cell runs. */
  public enum Command {
    TRAIN,
    COMPARE;

    /** The command as typed on the command line. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One run of the grid.
   *
   * @param coordinates its value on each axis, written as in HOCON
   */
  public record Cell(Map<String, String> coordinates, Configuration configuration) {
    public Cell {
      requireNonNull(configuration, "configuration");
      coordinates = Collections.unmodifiableMap(new LinkedHashMap<>(coordinates));
    }
  }

  public Experiment {
    requireNonNull(name, "name");
    requireNonNull(command, "command");
    axes = List.copyOf(axes);
    cells = List.copyOf(cells);
  }
}
