package io.syncnorm.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which cells of a grid are meant: those that have one of the named cases, and for each of the
 * named keys one of the named values.
 *
 * @param cases names; none means any, and no case too
 */
record Condition(Set<String> cases, Map<Key<?>, Set<Object>> values) {
  Condition {
    cases = Set.copyOf(cases);
    values = Map.copyOf(values);
  }

  static boolean anyHolds(List<Condition> conditions, Experiment.Cell cell) {
    return conditions.stream().anyMatch(condition -> condition.holds(cell));
  }

  private boolean holds(Experiment.Cell cell) {
    return (cases.isEmpty() || cases.contains(cell.coordinates().get(Experiment.CASE)))
        && values.entrySet().stream()
            .allMatch(key -> key.getValue().contains(cell.configuration().get(key.getKey())));
  }
}
