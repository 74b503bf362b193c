package io.syncnorm.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.syncnorm.config.layer.LayerList;
import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The settings of a run: one valid value for every key. They decide what is trained and what is
 * stored. Two equal configurations train the same model.
 *
 * <p>{@link ConfigLoader} builds a configuration from files and overrides; code starts from {@link
 * #defaults()} or any other configuration and sets single keys with {@link #with}.
 */
public final class Configuration implements Serializable {
  private static final long serialVersionUID = 1L;

  /** By default a third of the heap is for rows. */
  private static final int HEAP_PER_ROW_MEMORY = 3;

  private final Map<Key<?>, Object> values;

  /**
   * @param values one for every key, each accepted by its key
   */
  Configuration(Map<Key<?>, Object> values) {
    this.values = Map.copyOf(values);
  }

  /** Loads the defaults once, on first use. */
  private static final class Defaults {
    static final Configuration VALUES = ConfigLoader.load(List.of(), List.of());
  }

  /** The defaults of all keys, from {@code conf/syncnorm.conf}. */
  public static Configuration defaults() {
    return Defaults.VALUES;
  }

  /** Returns the value of a key. */
  public <T> T get(Key<T> key) {
    @SuppressWarnings("unchecked") // a key's value is of its type: with and TreeCheck put it there
    T value = (T) values.get(key);
    return value;
  }

  /**
   * Returns a copy of this configuration with another value of a key.
   *
   * @throws ConfigException if the value is null or out of range
   */
  public <T> Configuration with(Key<T> key, T value) {
    Map<Key<?>, Object> changed = new HashMap<>(values);
    changed.put(key, copy(key.require(value)));
    return new Configuration(changed);
  }

  /**
   * Returns this configuration with the changes applied in order.
   *
   * @throws ConfigException if any change throws one; its message lists the faults of all changes
   */
  public Configuration with(List<UnaryOperator<Configuration>> changes) {
    Configuration changed = this;
    List<Fault> faults = new ArrayList<>();
    for (UnaryOperator<Configuration> change : changes) {
      try {
        changed = change.apply(changed);
      } catch (ConfigException e) {
        faults.addAll(e.faults());
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    return changed;
  }

  /**
   * The number of ranks, once the world is resolved.
   *
   * @throws ClassCastException if it is still {@code auto}
   */
  public int ranks() {
    return ((WorldSize.Fixed) get(Keys.WORLD)).ranks();
  }

  /**
   * The number of classes, once it is resolved.
   *
   * @throws IllegalStateException if it is still {@code auto}
   */
  public int classes() {
    int classes = get(Keys.CLASSES);
    if (classes == Keys.AUTO_CLASSES) {
      throw new IllegalStateException("data.classes is not resolved");
    }
    return classes;
  }

  /**
   * How many bytes of rows the ranks of one executor together keep in memory.
   *
   * @param heap the executor's maximum heap, in bytes
   */
  public long rowMemory(long heap) {
    long memory = get(Keys.MEMORY);
    return memory == Keys.AUTO_MEMORY ? heap / HEAP_PER_ROW_MEMORY : memory;
  }

  /** What is averaged in an epoch; epochs count from 1. */
  public Keys.Merge mergeIn(int epoch) {
    return epoch <= get(Keys.LOCAL_AFTER_EPOCH) ? Keys.Merge.GRADIENTS : get(Keys.AVERAGING_MERGE);
  }

  /** Whether the configured network normalizes. */
  public boolean isBatchNormalized() {
    LayerList layers = get(Keys.LAYERS);
    return get(Keys.BATCH_NORM_ENABLED) && (!layers.isConfigured() || layers.isNormalized());
  }

  /** Number of hidden layers with weights of the configured network. */
  public int hiddenLayers() {
    LayerList layers = get(Keys.LAYERS);
    return layers.isConfigured() ? layers.weighted() : get(Keys.HIDDEN).size();
  }

  /** The largest momentum of the layers that normalize. */
  public double batchNormMomentum() {
    double shared = get(Keys.BATCH_NORM_MOMENTUM);
    return get(Keys.LAYERS).momentums(shared).max().orElse(shared);
  }

  /** Whether the configured model is recalibrated after this number of steps. */
  public boolean isRecalibratedAfter(long steps) {
    return isBatchNormalized() && isRecalibratedAfter(steps, batchNormMomentum());
  }

  /**
   * Whether a model with batch normalization is recalibrated after this number of steps.
   *
   * @param momentum of its normalization that settles last
   */
  public boolean isRecalibratedAfter(long steps, double momentum) {
    Recalibrate recalibrate = get(Keys.RECALIBRATE);
    return recalibrate instanceof Recalibrate.Auto
        ? !Recalibrate.areSettled(momentum, steps)
        : recalibrate.rows() > 0;
  }

  /**
   * Renders the complete configuration as HOCON, one line per key in a fixed order, without
   * comments. Loading the text gives an equal configuration.
   */
  public String render() {
    return render(Keys.ALL);
  }

  /**
   * Renders the settings that are part of a run's identity: all of {@link #render()} except
   * operational ones, keys added in later versions that have their default, and the keys for IDX
   * files of a part that has another format.
   */
  public String renderOutcome() {
    return render(
        Keys.OF_OUTCOME.stream().filter(key -> !isUnchangedBy(key)).filter(this::isRead).toList());
  }

  /** Whether a key was added after the first runs and has its default, so that it changes none. */
  public boolean isUnchangedBy(Key<?> key) {
    return Keys.ADDED_LATER.contains(key) && get(key).equals(key.byDefault());
  }

  /** Whether a key is not one for IDX files of a part that has another format. */
  private boolean isRead(Key<?> key) {
    if (key == Keys.TRAIN_IMAGES || key == Keys.TRAIN_LABELS) {
      return DataSource.training(this).isIdx();
    }
    return (key != Keys.TEST_IMAGES && key != Keys.TEST_LABELS) || DataSource.test(this).isIdx();
  }

  /** All values as HOCON, by key, in the order of {@link #render()}. */
  public Map<String, String> settings() {
    return settings(Keys.ALL);
  }

  /** The entries of {@link #settings()} that are part of a run's identity, defaults included. */
  public Map<String, String> outcomeSettings() {
    return settings(Keys.OF_OUTCOME);
  }

  /** Returns the value of a key as HOCON. */
  public <T> String write(Key<T> key) {
    return key.write(get(key));
  }

  private static Object copy(Object value) {
    if (value instanceof List<?> list) {
      return List.copyOf(list);
    }
    return value instanceof Map<?, ?> map ? Map.copyOf(map) : value;
  }

  private Map<String, String> settings(List<Key<?>> keys) {
    Map<String, String> settings = new LinkedHashMap<>();
    keys.forEach(key -> settings.put(key.path(), write(key)));
    return settings;
  }

  private String render(List<Key<?>> keys) {
    return keys.stream()
        .map(key -> key.path() + " = " + write(key))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /**
   * SHA-256 of {@link #renderOutcome()} as 64 hexadecimal digits: equal for configurations that
   * train the same model, regardless of how their values were written.
   */
  public String hash() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(renderOutcome().getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Configuration that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** Returns {@link #render()}. */
  @Override
  public String toString() {
    return render();
  }
}
