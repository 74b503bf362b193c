package io.syncnorm.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.NotResolved;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares a tree of HOCON values with {@link Keys}: every value ends up as read or as a fault. */
final class TreeCheck {

  private final Config defaults;
  private final List<Fault> faults = new ArrayList<>();
  private final List<Fault> unresolved = new ArrayList<>();
  private final Map<Key<?>, Object> values = new HashMap<>();

  /**
   * Checks a whole tree.
   *
   * @param defaults to tell in a fault what the value would be without it
   */
  TreeCheck(Config tree, Config defaults) {
    this.defaults = defaults;
    checkSection("", tree.root());
    faults.sort(Fault.READING_ORDER);
    unresolved.sort(Fault.READING_ORDER);
  }

  /** What is wrong, apart from substitutions, by source and line. */
  List<Fault> faults() {
    return faults;
  }

  /** Values that contain a substitution which has not been, or cannot be, resolved. */
  List<Fault> unresolved() {
    return unresolved;
  }

  /** Those of the tree's values that have no fault. */
  Map<Key<?>, Object> values() {
    return values;
  }

  private void check(String section, String name, ConfigValue value) {
    String path = Keys.join(section, name);
    try {
      if (Keys.SECTIONS.containsKey(path)) {
        checkSection(path, value);
      } else {
        Keys.find(path)
            .ifPresentOrElse(key -> readKey(key, value), () -> addUnknown(section, name, value));
      }
    } catch (NotResolved e) {
      unresolved.add(
          Fault.at(
              value,
              path,
              "a value whose ${...} can be resolved",
              "define what it refers to, or make it optional: ${?...}"));
    }
  }

  private void checkSection(String path, ConfigValue value) {
    requireResolved(value);
    if (value instanceof ConfigObject section) {
      section.forEach((name, child) -> check(path, name, child));
    } else {
      faults.add(
          Fault.at(
              value,
              path,
              "a section { " + names(path) + " }",
              "write the keys inside it, or remove it"));
    }
  }

  private <T> void readKey(Key<T> key, ConfigValue value) {
    requireResolved(value);
    key.read(value)
        .ifPresentOrElse(
            read -> values.put(key, read),
            () ->
                faults.add(
                    Fault.at(
                        value,
                        key.path(),
                        key.expected(),
                        "correct it, or remove it for the default " + defaultOf(key))));
  }

  private void addUnknown(String section, String name, ConfigValue value) {
    if (section.isEmpty() && name.equals(ExperimentCheck.SECTION)) {
      faults.add(
          Fault.at(
              value, name, "a single run", "this is a grid of runs: use the command experiment"));
      return;
    }
    String place = section.isEmpty() ? "a section: " : "a key of " + section + ": ";
    String remedy =
        Suggestions.nearest(section, name)
            .map(path -> "did you mean " + path + "?")
            .orElse(
                section.isEmpty() && name.equals("spark")
                    ? "Spark's settings are not the run's: give them to spark-submit or the submit script with --conf, or in spark-defaults.conf in the folder that SPARK_CONF_DIR names"
                    : "unknown, remove it; syncnorm.conf lists all keys");
    faults.add(Fault.at(value, Keys.join(section, name), place + names(section), remedy));
  }

  /** A substitution has no type yet, rather than a wrong one: asking for it throws NotResolved. */
  private static void requireResolved(ConfigValue value) {
    value.valueType();
  }

  private static String names(String section) {
    return String.join(", ", Keys.SECTIONS.get(section));
  }

  private String defaultOf(Key<?> key) {
    return defaults.getValue(key.path()).render(ConfigRenderOptions.concise());
  }
}
