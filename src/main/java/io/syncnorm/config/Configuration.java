package io.syncnorm.config;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * Everything that decides the outcome of a run, and what is kept of it: a value of each key, which
 * the key takes. Two equal configurations train the same model.
 *
 * <p>{@link ConfigLoader} makes one from files and overrides; code starts from {@link #defaults()}
 * or any other and sets single keys {@link #with} values.
 */
public final class Configuration implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Map<Key<?>, Object> values;

  /**
   * @param values of all keys, each one that its key takes
   */
  Configuration(Map<Key<?>, Object> values) {
    this.values = Map.copyOf(values);
  }

  /** Loaded when somebody asks, and once. */
  private static final class Defaults {
    static final Configuration VALUES = ConfigLoader.load(List.of(), List.of());
  }

  /** All keys as in {@code conf/syncnorm.conf}. */
  public static Configuration defaults() {
    return Defaults.VALUES;
  }

  /** The value of a key. */
  public <T> T get(Key<T> key) {
    @SuppressWarnings("unchecked") // a key's value is of its type: with and TreeCheck put it there
    T value = (T) values.get(key);
    return value;
  }

  /**
   * This configuration with another value of a key.
   *
   * @throws ConfigException if the value is null or out of range
   */
  public <T> Configuration with(Key<T> key, T value) {
    Map<Key<?>, Object> changed = new HashMap<>(values);
    Object checked = key.require(value);
    changed.put(key, checked instanceof List<?> list ? List.copyOf(list) : checked);
    return new Configuration(changed);
  }

  /**
   * This configuration changed step by step.
   *
   * @throws ConfigException if steps throw one: it lists the faults of all
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
   * Ranks of a world that has been counted out.
   *
   * @throws ClassCastException if it is still {@code auto}
   */
  public int ranks() {
    return ((WorldSize.Fixed) get(Keys.WORLD)).ranks();
  }

  /** What is averaged in an epoch, counted from 1. */
  public Keys.Merge mergeIn(int epoch) {
    return epoch <= get(Keys.LOCAL_AFTER_EPOCH) ? Keys.Merge.GRADIENTS : get(Keys.AVERAGING_MERGE);
  }

  /** Whether the model that so many steps make is recalibrated. */
  public boolean isRecalibratedAfter(long steps) {
    Recalibrate recalibrate = get(Keys.RECALIBRATE);
    return get(Keys.BATCH_NORM_ENABLED)
        && (recalibrate instanceof Recalibrate.Auto
            ? !Recalibrate.areSettled(get(Keys.BATCH_NORM_MOMENTUM), steps)
            : recalibrate.rows() > 0);
  }

  /**
   * The whole configuration as HOCON, one line per key in a fixed order, without comments. Loaded
   * as a file it gives an equal configuration.
   */
  public String render() {
    return render(Keys.ALL);
  }

  /**
   * The part of {@link #render()} that decides what is trained: all but {@code checkpoint} and
   * {@code training.load-timeout}, and without the keys that were added later where they have their
   * default.
   */
  public String renderOutcome() {
    return render(
        Keys.OF_OUTCOME.stream()
            .filter(key -> !Keys.ADDED_LATER.contains(key) || !get(key).equals(key.byDefault()))
            .toList());
  }

  /** All values as HOCON by their keys, in the order of {@link #render()}. */
  public Map<String, String> settings() {
    return settings(Keys.ALL);
  }

  /** Those of {@link #settings()} that decide what is trained, whatever their values. */
  public Map<String, String> outcomeSettings() {
    return settings(Keys.OF_OUTCOME);
  }

  /** The value of a key as HOCON. */
  public <T> String write(Key<T> key) {
    return key.write(get(key));
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
   * train the same model, however their values were written.
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

  /** As {@link #render()}. */
  @Override
  public String toString() {
    return render();
  }
}
