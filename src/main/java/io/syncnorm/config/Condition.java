package io.syncnorm.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which cells of a grid are meant: those that have, for each of the named keys, one of the named
 * values.
 *
 * @param values as written in HOCON, by the key's path; {@link Experiment#CASE} stands for the name
 *     of the case
 */
record Condition(Map<String, Set<String>> values) {
  Condition {
    values = Map.copyOf(values);
  }

  static boolean anyHolds(List<Condition> conditions, Experiment.Cell cell) {
    return conditions.stream().anyMatch(condition -> condition.holds(cell));
  }

  private boolean holds(Experiment.Cell cell) {
    return values.entrySet().stream()
        .allMatch(entry -> entry.getValue().contains(valueOf(entry.getKey(), cell)));
  }

  private static String valueOf(String path, Experiment.Cell cell) {
    return Keys.find(path)
        .map(key -> key.write(cell.configuration()))
        .orElseGet(() -> cell.coordinates().getOrDefault(path, ""));
  }
}
