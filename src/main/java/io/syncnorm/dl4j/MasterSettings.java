package io.syncnorm.dl4j;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Recalibrate;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.nd4j.shade.jackson.core.type.TypeReference;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLFactory;

/**
 * Settings of a training master: the part of a run's configuration that applies to it, with the
 * configuration's defaults, and the engine.
 */
record MasterSettings(Configuration configuration, Engine engine, Timeline.Recording recording) {
  /** The keys of a run's configuration that a training master reads. */
  static final List<Key<?>> KEYS =
      List.of(
          Keys.SEED,
          Keys.WORLD,
          Keys.MEMORY,
          Keys.BATCH_SIZE,
          Keys.BATCH_NORM_SYNC,
          Keys.RECALIBRATE,
          Keys.TELEMETRY,
          Keys.AVERAGING_EVERY,
          Keys.AVERAGING_MERGE,
          Keys.OPTIMIZER_STATE,
          Keys.OUTER_TYPE,
          Keys.OUTER_LEARNING_RATE,
          Keys.OUTER_MOMENTUM,
          Keys.ENCRYPT,
          Keys.WAIT_TIMEOUT,
          Keys.LOAD_TIMEOUT,
          Keys.MIN_SLOTS,
          Keys.SLOT_TIMEOUT,
          Keys.MAX_ATTEMPTS,
          Keys.CHECKPOINT_EVERY);

  /**
   * Defaults of a training master. One fit is one epoch over the rows in their given order;
   * features that cost time besides the training itself are off.
   */
  private static final Configuration DEFAULTS =
      Configuration.defaults()
          .with(Keys.EPOCHS, 1)
          .with(Keys.SHUFFLE, Keys.Shuffle.ONCE)
          .with(Keys.TELEMETRY, Keys.Telemetry.OFF)
          .with(Keys.RECALIBRATE, new Recalibrate.EachEpoch(0));

  private static final String ENGINE = "engine";
  private static final String STATISTICS = "collect-training-stats";

  /**
   * Applies changes to the defaults.
   *
   * @param changes in order; later ones win
   * @throws io.syncnorm.config.ConfigException if a value is out of range
   * @throws IllegalArgumentException if a key does not apply to a training master
   */
  static MasterSettings of(
      List<UnaryOperator<Configuration>> changes, Engine engine, Timeline.Recording recording) {
    Configuration configuration = DEFAULTS.with(changes);
    if (configuration.get(Keys.RECALIBRATE) instanceof Recalibrate.Auto) {
      // A DL4J network has one set of statistics to train and to predict with: we can only warn.
      configuration = configuration.with(Keys.RECALIBRATE, DEFAULTS.get(Keys.RECALIBRATE));
    }
    return new MasterSettings(configuration, engine, recording);
  }

  /** Returns a change that sets a key. */
  static <T> UnaryOperator<Configuration> change(Key<T> key, Supplier<T> value) {
    return configuration -> {
      if (!KEYS.contains(key)) {
        throw unknown(key + "=" + key.write(value.get()));
      }
      return configuration.with(key, value.get());
    };
  }

  /** Returns a change that sets a key from {@code key=value}. */
  static UnaryOperator<Configuration> change(String assignment) {
    String path = assignment.substring(0, Math.max(0, assignment.indexOf('='))).strip();
    return configuration -> {
      Key<?> known =
          KEYS.stream()
              .filter(key -> key.path().equals(path))
              .findFirst()
              .orElseThrow(() -> unknown(assignment));
      return copy(known, ConfigLoader.load(List.of(), List.of(assignment)), configuration);
    };
  }

  private static <T> Configuration copy(Key<T> key, Configuration from, Configuration to) {
    return to.with(key, from.get(key));
  }

  private static IllegalArgumentException unknown(String assignment) {
    return new IllegalArgumentException(
        "unknown setting of a training master: expected key=value with a key of %s, found %s"
            .formatted(KEYS, assignment));
  }

  MasterSettings withRecording(Timeline.Recording other) {
    return new MasterSettings(configuration, engine, other);
  }

  String toJson() {
    return write(new ObjectMapper());
  }

  String toYaml() {
    return write(new ObjectMapper(new YAMLFactory()));
  }

  /**
   * Reads settings written by {@link #toJson}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  static MasterSettings fromJson(String json) {
    return read(new ObjectMapper(), json);
  }

  /**
   * Reads settings written by {@link #toYaml}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  static MasterSettings fromYaml(String yaml) {
    return read(new ObjectMapper(new YAMLFactory()), yaml);
  }

  private String write(ObjectMapper mapper) {
    Map<String, String> all = new LinkedHashMap<>();
    Keys.ALL.stream()
        .filter(KEYS::contains)
        .forEach(key -> all.put(key.path(), configuration.write(key)));
    all.put(ENGINE, engine.name());
    all.put(STATISTICS, recording.name());
    try {
      return mapper.enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(all);
    } catch (IOException e) {
      throw new IllegalStateException("a map of strings cannot be written", e);
    }
  }

  private static MasterSettings read(ObjectMapper mapper, String text) {
    try {
      Map<String, String> all = mapper.readValue(text, new TypeReference<>() {});
      Engine engine = Engine.valueOf(all.remove(ENGINE));
      Timeline.Recording recording = Timeline.Recording.valueOf(all.remove(STATISTICS));
      return of(
          all.entrySet().stream().map(set -> change(set.getKey() + "=" + set.getValue())).toList(),
          engine,
          recording);
    } catch (IOException | NullPointerException e) {
      throw new IllegalArgumentException(
          "not a SyncBatchNormTrainingMaster as written by toJson or toYaml: " + e.getMessage(), e);
    }
  }
}
