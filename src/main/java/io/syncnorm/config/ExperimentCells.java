package io.syncnorm.config;

import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Expands a grid into its cells. */
final class ExperimentCells {
  /**
   * One thing that varies in a grid.
   *
   * @param path a key's path, or {@link Experiment#CASE}
   * @param choices its points, in the order in which they were written
   */
  record Axis(String path, List<Choice> choices) {}

  /**
   * One point of an axis.
   *
   * @param label of the point: a value as written in HOCON, or the name of a case
   * @param settings by key; they may still contain substitutions
   */
  record Choice(String label, Map<Key<?>, ConfigValue> settings) {
    Choice {
      settings = Map.copyOf(settings);
    }
  }

  /**
   * Selects cells of a grid: those that have one of the named cases and, for each named key, one of
   * the listed values.
   *
   * @param cases names of cases; if empty, cells of any case and cells without a case match
   */
  record Condition(Set<String> cases, Map<Key<?>, Set<Object>> values) {
    Condition {
      cases = Set.copyOf(cases);
      values = Map.copyOf(values);
    }

    static boolean anyMatches(List<Condition> conditions, Experiment.Cell cell) {
      return conditions.stream().anyMatch(condition -> condition.matches(cell));
    }

    private boolean matches(Experiment.Cell cell) {
      return (cases.isEmpty() || cases.contains(cell.coordinates().get(Experiment.CASE)))
          && values.entrySet().stream()
              .allMatch(key -> key.getValue().contains(cell.configuration().get(key.getKey())));
    }
  }

  private final ExperimentCheck section;
  private final Function<Map<Key<?>, ConfigValue>, Configuration> configurations;
  private final Map<String, Experiment.Cell> cells = new LinkedHashMap<>();
  private final Map<String, Fault> faults = new LinkedHashMap<>();
  private int duplicates;

  /**
   * @param configurations returns the configuration with some settings, or throws ConfigException
   */
  ExperimentCells(
      ExperimentCheck section, Function<Map<Key<?>, ConfigValue>, Configuration> configurations) {
    this.section = section;
    this.configurations = configurations;
  }

  /**
   * @throws ConfigException if a cell is invalid, or no cell remains
   */
  Experiment experiment() {
    addCells(0, new LinkedHashMap<>(), new LinkedHashMap<>());
    if (!faults.isEmpty()) {
      throw new ConfigException(List.copyOf(faults.values()));
    }
    if (cells.isEmpty()) {
      throw new ConfigException(
          Fault.ofAll(
              ExperimentCheck.SECTION,
              "at least one cell",
              "no cell meets the conditions where and except",
              "relax these conditions"));
    }
    return new Experiment(
        section.name(),
        section.command(),
        section.axes().stream().map(Axis::path).toList(),
        new ArrayList<>(cells.values()),
        duplicates);
  }

  private void addCells(
      int axis, Map<String, String> coordinates, Map<Key<?>, ConfigValue> settings) {
    if (axis == section.axes().size()) {
      addCell(coordinates, settings);
      return;
    }
    for (Choice choice : section.axes().get(axis).choices()) {
      Map<String, String> nearer = new LinkedHashMap<>(coordinates);
      nearer.put(section.axes().get(axis).path(), choice.label());
      Map<Key<?>, ConfigValue> more = new LinkedHashMap<>(settings);
      more.putAll(choice.settings());
      addCells(axis + 1, nearer, more);
    }
  }

  private void addCell(Map<String, String> coordinates, Map<Key<?>, ConfigValue> settings) {
    Experiment.Cell cell;
    try {
      cell = new Experiment.Cell(coordinates, configurations.apply(settings));
    } catch (ConfigException e) {
      e.faults().forEach(fault -> faults.putIfAbsent(fault.toString(), fault));
      return;
    }
    if (isInGrid(cell) && cells.putIfAbsent(cell.configuration().hash(), cell) != null) {
      duplicates++;
    }
  }

  private boolean isInGrid(Experiment.Cell cell) {
    return (section.where().isEmpty() || Condition.anyMatches(section.where(), cell))
        && !Condition.anyMatches(section.except(), cell);
  }
}
