package io.syncnorm.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Everything that decides the outcome of a run, and what is kept of it. Two equal configurations
 * train the same model.
 *
 * <p>{@link ConfigLoader} makes one from files and overrides.
 */
public record Configuration(
    RunSettings run,
    DataSettings data,
    ModelSettings model,
    TrainingSettings training,
    CheckpointSettings checkpoint)
    implements Serializable {

  public Configuration {
    requireNonNull(run, "run");
    requireNonNull(data, "data");
    requireNonNull(model, "model");
    requireNonNull(training, "training");
    requireNonNull(checkpoint, "checkpoint");
  }

  /**
   * This configuration with a fixed number of ranks, for when {@code auto} has been counted out.
   *
   * @throws ConfigException if {@code ranks} is out of range
   */
  public Configuration withWorld(int ranks) {
    return new Configuration(
        run, data, model, training.withWorld(new WorldSize.Fixed(ranks)), checkpoint);
  }

  /** This configuration with batch normalization switched on or off. */
  public Configuration withBatchNorm(boolean enabled) {
    return new Configuration(run, data, model.withBatchNorm(enabled), training, checkpoint);
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
   * {@code training.load-timeout}.
   */
  public String renderOutcome() {
    return render(Keys.OF_OUTCOME);
  }

  /** All values as HOCON by their keys, in the order of {@link #render()}. */
  public Map<String, String> settings() {
    return settings(Keys.ALL);
  }

  /** Those of {@link #settings()} that decide what is trained, as in {@link #renderOutcome()}. */
  public Map<String, String> outcomeSettings() {
    return settings(Keys.OF_OUTCOME);
  }

  private Map<String, String> settings(List<Key<?>> keys) {
    Map<String, String> settings = new LinkedHashMap<>();
    keys.forEach(key -> settings.put(key.path(), key.write(this)));
    return settings;
  }

  private String render(List<Key<?>> keys) {
    return keys.stream().map(key -> key.render(this)).collect(Collectors.joining("\n", "", "\n"));
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
}
