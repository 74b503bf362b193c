package io.syncnorm.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.NotResolved;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.syncnorm.config.layer.LayerList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks a tree of HOCON values against {@link Keys}: each value is either read or becomes a fault.
 */
final class TreeCheck {
  /** The names inside each section, by the section's path; the root's path is empty. */
  static final Map<String, List<String>> SECTIONS = sections();

  private final Config tree;
  private final Config defaults;
  private final List<Fault> faults = new ArrayList<>();
  private final List<Fault> unresolved = new ArrayList<>();
  private final Map<Key<?>, Object> values = new HashMap<>();

  /**
   * Checks a complete tree.
   *
   * @param defaults named in a fault's remedy
   */
  TreeCheck(Config tree, Config defaults) {
    this.tree = tree;
    this.defaults = defaults;
    checkSection("", tree.root());
    faults.sort(Fault.READING_ORDER);
    unresolved.sort(Fault.READING_ORDER);
  }

  /** The faults, except unresolved substitutions, by source and line. */
  List<Fault> faults() {
    return faults;
  }

  /** Faults of values with a substitution that is not, or cannot be, resolved. */
  List<Fault> unresolved() {
    return unresolved;
  }

  /** Values that have no fault each, but do not fit together; for a tree of all sources. */
  List<Fault> faultsOfPairs() {
    List<Fault> pairs = new ArrayList<>(DataSource.faults(tree, values));
    if (values.keySet().containsAll(List.of(Keys.OPTIMIZER_TYPE, Keys.WEIGHT_DECAY))) {
      boolean decays = (double) values.get(Keys.WEIGHT_DECAY) > 0;
      if (values.get(Keys.OPTIMIZER_TYPE) == Keys.OptimizerType.ADAMW && !decays) {
        pairs.add(
            pair(
                Keys.WEIGHT_DECAY,
                "a number above 0 with %s = adamw".formatted(Keys.OPTIMIZER_TYPE),
                "set it, such as 0.01; without decay use adam",
                Keys.OPTIMIZER_TYPE));
      }
      if (values.get(Keys.OPTIMIZER_TYPE) == Keys.OptimizerType.ADAM && decays) {
        pairs.add(
            pair(
                Keys.WEIGHT_DECAY,
                "0 with %s = adam".formatted(Keys.OPTIMIZER_TYPE),
                "use adamw for decay beside the gradient, or %s for decay in the gradient"
                    .formatted(Keys.L2),
                Keys.WEIGHT_DECAY));
      }
    }
    if (values.get(Keys.LAYERS) instanceof LayerList list && list.isConfigured()) {
      addFaultOfTwoNetworks(Keys.HIDDEN, Keys.LAYERS, pairs);
      addFaultOfTwoNetworks(Keys.DL4J, Keys.LAYERS, pairs);
    }
    if (values.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile) {
      addFaultOfTwoNetworks(Keys.INITIALIZATION, Keys.DL4J, pairs);
    }
    return pairs;
  }

  /** A fault of a key that arises with another one, located where one of both was written. */
  private Fault pair(Key<?> key, String expected, String remedy, Key<?> written) {
    return Fault.at(tree.getValue(key.path()), key.path(), expected, remedy)
        .movedTo(Fault.at(tree.getValue(written.path()), "", "", ""));
  }

  /** Two keys that describe a network contradict each other; others only have no effect. */
  private void addFaultOfTwoNetworks(Key<?> other, Key<?> network, List<Fault> found) {
    if (values.containsKey(other) && !values.get(other).equals(other.byDefault())) {
      found.add(
          Fault.at(
              tree.getValue(other.path()),
              other.path(),
              "its default %s with %s".formatted(defaultOf(other), network),
              "remove it, or set %s = none".formatted(network)));
    }
  }

  /** The values of the tree that have no fault. */
  Map<Key<?>, Object> values() {
    return values;
  }

  /** The path of a name inside a section, quoted where HOCON requires it. */
  static String join(String section, String name) {
    String quoted = ConfigUtil.joinPath(name);
    return section.isEmpty() ? quoted : section + "." + quoted;
  }

  private static Map<String, List<String>> sections() {
    Map<String, List<String>> sections = new TreeMap<>();
    for (Key<?> key : Keys.ALL) {
      String section = "";
      for (String name : ConfigUtil.splitPath(key.path())) {
        List<String> names = sections.computeIfAbsent(section, path -> new ArrayList<>());
        if (!names.contains(name)) {
          names.add(name);
        }
        section = join(section, name);
      }
    }
    return sections;
  }

  private void check(String section, String name, ConfigValue value) {
    String path = join(section, name);
    try {
      if (SECTIONS.containsKey(path)) {
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
              Keys.find(path + ".path").isPresent()
                  ? "write " + path + ".path = ... and " + path + ".format = ..."
                  : "write the keys inside it, or remove it"));
    }
  }

  private <T> void readKey(Key<T> key, ConfigValue value) {
    requireResolved(value);
    key.read(value)
        .ifPresentOrElse(
            read -> values.put(key, read),
            () ->
                faults.addAll(
                    key.faults(
                        value, "correct it, or remove it to use the default " + defaultOf(key))));
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
                    ? "Spark's settings do not belong here: pass them to spark-submit or the submit"
                        + " script with --conf, or write them to spark-defaults.conf in the"
                        + " folder that SPARK_CONF_DIR names"
                    : "unknown key: remove it; syncnorm.conf lists all keys");
    faults.add(Fault.at(value, join(section, name), place + names(section), remedy));
  }

  /** Throws NotResolved for an unresolved substitution, whose type is not yet known. */
  private static void requireResolved(ConfigValue value) {
    value.valueType();
  }

  private static String names(String section) {
    return String.join(", ", SECTIONS.get(section));
  }

  /** The default as it is written: one that refers to another key is not resolved. */
  private String defaultOf(Key<?> key) {
    ConfigValue value = defaults.root();
    for (String name : ConfigUtil.splitPath(key.path())) {
      value = ((ConfigObject) value).get(name);
    }
    return value.render(ConfigRenderOptions.concise());
  }
}
