package io.syncnorm.config;

import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;

/**
 * One thing that varies in a grid.
 *
 * @param path a key's path, or {@link Experiment#CASE}
 * @param choices what it may be, in the order in which they were written
 */
record Axis(String path, List<Choice> choices) {

  /**
   * One point of an axis.
   *
   * @param label what it is called there: a value as written in HOCON, or the name of a case
   * @param settings what it sets, by key
   */
  record Choice(String label, Map<Key<?>, ConfigValue> settings) {
    Choice {
      settings = Map.copyOf(settings);
    }
  }

  Axis {
    choices = List.copyOf(choices);
  }
}
