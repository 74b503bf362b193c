package io.syncnorm.config;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A grid of runs, counted out.
 *
 * @param name of the grid, fit for a directory's name
 * @param command what each cell runs
 * @param axes paths of the keys that vary, and {@link #CASE} where there are named cases; the first
 *     one varies slowest
 * @param cells each with another outcome, in the order in which they are to run
 * @param duplicates how many more cells there were whose outcome is that of one before
 */
public record Experiment(
    String name, Command command, List<String> axes, List<Cell> cells, int duplicates) {

  /** The axis that named cases make. */
  public static final String CASE = "case";

  /** What a cell runs. */
  public enum Command {
    TRAIN,
    COMPARE;

    /** As it is typed. */
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
