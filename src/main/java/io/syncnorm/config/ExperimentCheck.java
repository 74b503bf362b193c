package io.syncnorm.config;

import com.typesafe.config.ConfigException.NotResolved;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.syncnorm.config.ExperimentCells.Axis;
import io.syncnorm.config.ExperimentCells.Choice;
import io.syncnorm.config.ExperimentCells.Condition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads the section {@code experiment}: each of its values is either read or becomes a fault. */
final class ExperimentCheck {
  static final String SECTION = "experiment";

  /** The section with the quick form's settings, written as at the top level of the file. */
  static final String QUICK = SECTION + ".quick";

  /** A grid with more cells is treated as a mistake. */
  static final int MOST_CELLS = 10_000;

  private static final List<String> NAMES =
      List.of("name", "command", "axes", "cases", "where", "except");
  private static final Kind<Experiment.Command> COMMAND = Kind.oneOf(Experiment.Command.class);

  /** Prefixes of the keys that vary slowest, so that consecutive cells share their data. */
  private static final List<String> SLOWEST = List.of("data.", "run.", Keys.WORLD.path());

  private final List<Fault> faults = new ArrayList<>();
  private final List<Axis> axes = new ArrayList<>();
  private final List<Condition> where = new ArrayList<>();
  private final List<Condition> except = new ArrayList<>();
  private String name;
  private Experiment.Command command;

  /** Checks a section whose substitutions are resolved as far as possible. */
  ExperimentCheck(ConfigValue section) {
    try {
      read(section);
    } catch (NotResolved e) {
      faults.add(
          Fault.at(
              section,
              SECTION,
              "values whose ${...} can be resolved",
              "define what they refer to, or make them optional: ${?...}"));
    }
    faults.sort(Fault.READING_ORDER);
  }

  List<Fault> faults() {
    return faults;
  }

  String name() {
    return name;
  }

  Experiment.Command command() {
    return command;
  }

  /** The first one varies slowest. */
  List<Axis> axes() {
    return axes;
  }

  /** If there are any, a cell must meet one of them. */
  List<Condition> where() {
    return where;
  }

  /** A cell must meet none of them. */
  List<Condition> except() {
    return except;
  }

  private void read(ConfigValue value) {
    Optional<ConfigObject> found = section(value, SECTION, String.join(", ", NAMES));
    if (found.isEmpty()) {
      return;
    }
    ConfigObject section = found.get();
    section.forEach(
        (key, child) -> {
          if (!NAMES.contains(key)) {
            String expected = "a key of experiment: " + String.join(", ", NAMES);
            faults.add(Fault.at(child, SECTION + "." + key, expected, "correct it, or remove it"));
          }
        });
    required(section, "name", Keys.NAME).ifPresent(read -> name = read);
    required(section, "command", COMMAND).ifPresent(read -> command = read);
    if (section.containsKey("axes")) {
      addAxes(section.get("axes"));
    }
    if (section.containsKey("cases")) {
      addCases(section.get("cases"));
    }
    if (axes.isEmpty() && faults.isEmpty()) {
      String remedy = "give it axes { \"run.seed\" = \"1..3\" } or cases";
      faults.add(Fault.at(value, SECTION, "at least one axis or case", remedy));
    }
    addConditions(section, "where", where);
    addConditions(section, "except", except);
    long cells = 1;
    for (Axis axis : axes) {
      cells = Math.min(Long.MAX_VALUE / MOST_CELLS, cells * Math.max(1, axis.choices().size()));
    }
    if (cells > MOST_CELLS) {
      String expected = String.format(Locale.ROOT, "at most %d cells", MOST_CELLS);
      String remedy = String.format(Locale.ROOT, "found cells=%d; use fewer values", cells);
      faults.add(Fault.at(section, SECTION, expected, remedy));
    }
  }

  private <T> Optional<T> required(ConfigObject section, String key, Kind<T> kind) {
    ConfigValue value = section.get(key);
    Optional<T> read = value == null ? Optional.empty() : kind.read(value);
    if (read.isEmpty()) {
      ConfigValue place = value == null ? section : value;
      String remedy = value == null ? "it has no default; add it" : "correct it";
      faults.add(Fault.at(place, SECTION + "." + key, kind.expected(), remedy));
    }
    return read;
  }

  private void addAxes(ConfigValue value) {
    Map<Key<?>, ConfigValue> keys = settings(value, SECTION + ".axes");
    List<Key<?>> ordered = new ArrayList<>(keys.keySet());
    ordered.sort(Comparator.comparingLong(ExperimentCheck::speed).thenComparing(Keys.ALL::indexOf));
    for (Key<?> key : ordered) {
      Map<String, Choice> choices = new LinkedHashMap<>();
      for (ConfigValue element : values(keys.get(key), key.path())) {
        label(key, element)
            .ifPresent(
                label -> choices.putIfAbsent(label, new Choice(label, Map.of(key, element))));
      }
      axes.add(new Axis(key.path(), List.copyOf(choices.values())));
    }
  }

  private <T> Optional<String> label(Key<T> key, ConfigValue value) {
    return read(key, value).map(key::write);
  }

  private static long speed(Key<?> key) {
    return SLOWEST.stream().takeWhile(prefix -> !key.path().startsWith(prefix)).count();
  }

  private void addCases(ConfigValue value) {
    String path = SECTION + ".cases";
    Map<String, Choice> cases = new TreeMap<>();
    section(value, path, "name { settings }, ...")
        .ifPresent(
            found ->
                found.forEach(
                    (caseName, child) ->
                        cases.put(
                            caseName, new Choice(caseName, ofCase(child, path + "." + caseName)))));
    if (!cases.isEmpty()) {
      axes.add(0, new Axis(Experiment.CASE, List.copyOf(cases.values())));
    }
  }

  private Map<Key<?>, ConfigValue> ofCase(ConfigValue value, String place) {
    Map<Key<?>, ConfigValue> settings = settings(value, place);
    settings.forEach(
        (key, set) -> {
          if (axes.stream().anyMatch(axis -> axis.path().equals(key.path()))) {
            String expected = "a key that is not also an axis";
            faults.add(Fault.at(set, key.path(), expected, "remove it from the case or from axes"));
          } else {
            read(key, set);
          }
        });
    return settings;
  }

  private void addConditions(ConfigObject section, String key, List<Condition> conditions) {
    ConfigValue value = section.get(key);
    if (value == null) {
      return;
    }
    List<ConfigValue> written = value instanceof ConfigList list ? list : List.of(value);
    for (ConfigValue condition : written) {
      Map<Key<?>, Set<Object>> values = new HashMap<>();
      Set<String> cases = Set.of();
      ConfigValue keys = condition;
      if (condition instanceof ConfigObject object && object.containsKey(Experiment.CASE)) {
        cases = caseNames(object.get(Experiment.CASE));
        keys = object.withoutKey(Experiment.CASE);
      }
      settings(keys, SECTION + "." + key)
          .forEach(
              (conditional, set) -> {
                Set<Object> any = new HashSet<>();
                values(set, conditional.path())
                    .forEach(v -> read(conditional, v).ifPresent(any::add));
                values.put(conditional, any);
              });
      conditions.add(new Condition(cases, values));
    }
  }

  private Set<String> caseNames(ConfigValue value) {
    Set<String> names = new HashSet<>();
    for (ConfigValue element : values(value, Experiment.CASE)) {
      String caseName = String.valueOf(element.unwrapped());
      boolean known =
          axes.stream()
              .filter(axis -> axis.path().equals(Experiment.CASE))
              .anyMatch(axis -> axis.choices().stream().anyMatch(c -> c.label().equals(caseName)));
      if (!known) {
        faults.add(
            Fault.at(
                element,
                Experiment.CASE,
                "the name of a case",
                "correct the name, or add the case"));
      }
      names.add(caseName);
    }
    return names;
  }

  /** Values by key; keys may be written with dots, in quotes, or as sections. */
  private Map<Key<?>, ConfigValue> settings(ConfigValue value, String place) {
    Map<Key<?>, ConfigValue> settings = new LinkedHashMap<>();
    section(value, place, "\"key\" = value, ...")
        .ifPresent(object -> object.forEach((key, child) -> addSettings("", key, child, settings)));
    return settings;
  }

  private void addSettings(
      String section, String key, ConfigValue value, Map<Key<?>, ConfigValue> settings) {
    String path = section.isEmpty() ? key : section + "." + key;
    Optional<Key<?>> found = Keys.find(path);
    if (found.isPresent()) {
      settings.put(found.get(), value);
    } else if (TreeCheck.SECTIONS.containsKey(path) && value instanceof ConfigObject object) {
      object.forEach((child, inner) -> addSettings(path, child, inner, settings));
    } else {
      String remedy =
          Suggestions.nearest(section, key)
              .map(near -> "did you mean " + near + "?")
              .orElse("unknown key: remove it; syncnorm.conf lists all keys");
      faults.add(Fault.at(value, path, "a key of the configuration", remedy));
    }
  }

  private List<ConfigValue> values(ConfigValue written, String path) {
    try {
      List<ConfigValue> values = ValueList.of(written, path, MOST_CELLS);
      if (values.isEmpty()) {
        faults.add(Fault.at(written, path, "at least one value", "add one, or remove the key"));
      }
      return values;
    } catch (ConfigException e) {
      faults.addAll(e.faults());
      return List.of();
    }
  }

  private <T> Optional<T> read(Key<T> key, ConfigValue value) {
    Optional<T> read = key.read(value);
    if (read.isEmpty()) {
      faults.addAll(key.faults(value, "correct it"));
    }
    return read;
  }

  private Optional<ConfigObject> section(ConfigValue value, String path, String content) {
    value.valueType(); // throws NotResolved for an unresolved substitution
    if (value instanceof ConfigObject object) {
      return Optional.of(object);
    }
    String expected = "a section { " + content + " }";
    faults.add(Fault.at(value, path, expected, "write it in this form, or remove it"));
    return Optional.empty();
  }
}
