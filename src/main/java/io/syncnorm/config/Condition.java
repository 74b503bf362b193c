package io.syncnorm.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

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
