package io.syncnorm.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Builds a {@link Configuration} from files and overrides; the entry point of this package. */
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
   * Loads the defaults, then applies the files, then the overrides.
   *
   * @param files HOCON files; a later one overrides an earlier one
   * @param overrides {@code key=value} each; a later one overrides an earlier one. A value is
   *     parsed as HOCON; if that fails, as for {@code s3a://bucket/key}, it is used literally
   * @throws ConfigException if any source has a fault; its message lists all faults of all sources
   */
  public static Configuration load(List<Path> files, List<String> overrides) {
    ConfigLoader loader = new ConfigLoader();
    files.forEach(file -> loader.add(() -> Sources.file(file)));
    overrides.forEach(override -> loader.add(() -> Sources.override(override)));
    return loader.configuration();
  }

  /** Which form of a grid is loaded. */
  public enum Form {
    /** The grid as written. */
    FULL,
    /** The grid with the settings of the files' {@code experiment.quick} sections applied. */
    QUICK
  }

  /**
   * Loads a grid of runs from the defaults, files and overrides, which together contain a section
   * {@code experiment}. Every cell is a separate configuration, checked like any other.
   *
   * @throws ConfigException if any source, the section or any cell has a fault, or the quick form
   *     is requested and does not exist; its message lists all faults
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
          quickForm(written).ifPresent(quickForms::add);
          return tree.withoutPath(ExperimentCheck.SECTION);
        });
  }

  /**
   * The settings of the quick form in a source, if it has any.
   *
   * @throws ConfigException if {@code experiment.quick} is not a section
   */
  private static Optional<Config> quickForm(Config source) {
    ConfigValue quick =
        source.root().get(ExperimentCheck.SECTION) instanceof ConfigObject section
            ? section.get("quick")
            : null;
    if (quick == null || quick instanceof ConfigObject) {
      return Optional.ofNullable((ConfigObject) quick).map(ConfigObject::toConfig);
    }
    String expected = "a section { settings }";
    throw new ConfigException(
        Fault.at(quick, ExperimentCheck.QUICK, expected, "write it in this form, or remove it"));
  }

  /** An unreadable file may contain a quick form: then its absence is not reported. */
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

  /** The configuration of a cell: its own settings override all sources. */
  private Configuration cell(Map<Key<?>, ConfigValue> settings) {
    Config all = effective(settings);
    TreeCheck check = new TreeCheck(all, defaults);
    List<Fault> wrong = new ArrayList<>(check.faults());
    wrong.addAll(check.unresolved());
    wrong.addAll(check.faultsOfPairs());
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

  /** The configuration that all sources define together; substitutions are resolved here. */
  private Configuration configuration() {
    if (unreadable) { // the unreadable file may define what the others miss
      throw new ConfigException(faults);
    }
    TreeCheck effective = new TreeCheck(effective(Map.of()), defaults);
    List<Fault> known = List.copyOf(faults);
    Stream.concat(effective.faults().stream(), effective.unresolved().stream())
        .filter(fault -> known.stream().noneMatch(first -> follows(fault, first)))
        .map(fault -> fault.movedTo(substitutions.getOrDefault(fault.key(), fault)))
        .forEach(faults::add);
    if (experiments.isEmpty()) { // otherwise each cell is checked: an axis may make the pair fit
      faults.addAll(effective.faultsOfPairs());
    }
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

  /**
   * Whether a fault of all sources together is one of a single source, or follows from it: some
   * defaults refer to other keys.
   */
  private boolean follows(Fault fault, Fault first) {
    return fault.key().equals(first.key())
        || fault.source().equals(Sources.DEFAULTS)
        || (!substitutions.containsKey(fault.key())
            && fault.movedTo(first).equals(fault)
            && fault.found().equals(first.found()));
  }

  /** All sources, overridden by single settings. */
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
