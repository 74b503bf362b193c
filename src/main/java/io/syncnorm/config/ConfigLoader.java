package io.syncnorm.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes a {@link Configuration} from files and overrides; the door of this package. */
public final class ConfigLoader {

  private final Config defaults = Sources.defaults();
  private final List<Config> sources = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, Fault> substitutions = new HashMap<>();
  private final List<Config> experiments = new ArrayList<>();
  private final List<Config> quickForms = new ArrayList<>();
  private boolean unreadable;

  private ConfigLoader() {}

  /**
   * Loads the defaults, with the files laid over them, and the overrides over those.
   *
   * @param files HOCON files, of which a later one wins over an earlier one
   * @param overrides {@code key=value} each, of which a later one wins over an earlier one. A value
   *     is HOCON; one that is not, such as {@code s3a://bucket/key}, is taken as it stands
   * @throws ConfigException if anything is wrong with any source; its message lists everything that
   *     is
   */
  public static Configuration load(List<Path> files, List<String> overrides) {
    ConfigLoader loader = new ConfigLoader();
    files.forEach(file -> loader.add(() -> Sources.file(file)));
    overrides.forEach(override -> loader.add(() -> Sources.override(override)));
    return loader.configuration();
  }

  /** Which form of a grid is loaded. */
  public enum Form {
    /** As it is written. */
    FULL,
    /** With what the files' {@code experiment.quick} sections say laid over the files. */
    QUICK
  }

  /**
   * Loads a grid of runs: the same sources, which together hold a section {@code experiment}. Every
   * cell is a configuration of its own, checked like any other.
   *
   * @throws ConfigException if anything is wrong with any source, the section or any cell, or the
   *     quick form is asked for and there is none; its message lists everything that is
   */
  public static Experiment loadExperiment(List<Path> files, List<String> overrides, Form form) {
    ConfigLoader loader = new ConfigLoader();
    files.forEach(file -> loader.addWithExperiment(() -> Sources.file(file)));
    if (form == Form.QUICK) {
      loader.addQuickForms();
    }
    overrides.forEach(override -> loader.addWithExperiment(() -> Sources.override(override)));
    return loader.experiment();
  }

  private void addWithExperiment(Supplier<Config> source) {
    add(
        () -> {
          Config written = source.get();
          Config tree = written.withoutPath(ExperimentCheck.QUICK);
          experiments.add(tree);
          ExperimentCheck.quickForm(written).ifPresent(quickForms::add);
          return tree.withoutPath(ExperimentCheck.SECTION);
        });
  }

  /** A file that could not be read may have one: nothing more is said of those then. */
  private void addQuickForms() {
    if (quickForms.isEmpty() && !unreadable) {
      throw new ConfigException(Fault.missingQuickForm());
    }
    List.copyOf(quickForms).forEach(quick -> addWithExperiment(() -> quick));
  }

  private Experiment experiment() {
    configuration(); // finds what is wrong outside the section
    ConfigValue section = resolved(overDefaults(experiments)).root().get(ExperimentCheck.SECTION);
    if (section == null) {
      throw new ConfigException(Fault.missingExperiment());
    }
    ExperimentCheck check = new ExperimentCheck(section);
    if (!check.faults().isEmpty()) {
      throw new ConfigException(check.faults());
    }
    return new ExperimentCells(check, this::cell).experiment();
  }

  /** The configuration with a cell's own settings over all sources. */
  private Configuration cell(Map<Key<?>, ConfigValue> settings) {
    Config all = effective(settings);
    TreeCheck check = new TreeCheck(all, defaults);
    List<Fault> wrong = new ArrayList<>(check.faults());
    wrong.addAll(check.unresolved());
    if (!wrong.isEmpty()) {
      throw new ConfigException(wrong);
    }
    return new Configuration(check.values());
  }

  private void add(Supplier<Config> source) {
    try {
      Config tree = source.get();
      sources.add(tree);
      TreeCheck check = new TreeCheck(tree, defaults);
      faults.addAll(check.faults());
      check.unresolved().forEach(fault -> substitutions.put(fault.key(), fault));
    } catch (ConfigException e) {
      unreadable = true;
      faults.addAll(e.faults());
    }
  }

  /** What all sources say together; only here can substitutions be resolved. */
  private Configuration configuration() {
    if (unreadable) { // what is missing may be in there: not a fault of the others
      throw new ConfigException(faults);
    }
    TreeCheck effective = new TreeCheck(effective(Map.of()), defaults);
    Set<String> known = faults.stream().map(Fault::key).collect(Collectors.toSet());
    Stream.concat(effective.faults().stream(), effective.unresolved().stream())
        .filter(fault -> !known.contains(fault.key()))
        .map(fault -> fault.movedTo(substitutions.getOrDefault(fault.key(), fault)))
        .forEach(faults::add);
    if (faults.isEmpty()) {
      Keys.ALL.stream()
          .filter(key -> !effective.values().containsKey(key))
          .map(Fault::missing)
          .forEach(faults::add);
    }
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    return new Configuration(effective.values());
  }

  /** All sources, and over them single settings. */
  private Config effective(Map<Key<?>, ConfigValue> settings) {
    Config all = overDefaults(sources);
    for (Map.Entry<Key<?>, ConfigValue> setting : settings.entrySet()) {
      all = all.withValue(setting.getKey().path(), setting.getValue());
    }
    return resolved(all);
  }

  private Config overDefaults(List<Config> trees) {
    return trees.stream().reduce(defaults, (all, tree) -> tree.withFallback(all));
  }

  private Config resolved(Config all) {
    try {
      return all.resolve(ConfigResolveOptions.defaults().setAllowUnresolved(true));
    } catch (com.typesafe.config.ConfigException e) {
      faults.add(
          Fault.of(e, Fault.ALL_SOURCES, "substitutions without a cycle", "break the cycle"));
      throw new ConfigException(faults);
    }
  }
}
