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
 * What a training master is told: the part of a run's configuration that applies to it, with all
 * defaults from where they are written, and which engine computes.
 */
record MasterSettings(Configuration configuration, Engine engine, Timeline.Recording recording) {
  /** The keys of a run's configuration that a training master reads. */
  static final List<Key<?>> KEYS =
      List.of(
          Keys.SEED,
          Keys.WORLD,
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
          Keys.WAIT_TIMEOUT,
          Keys.LOAD_TIMEOUT,
          Keys.SLOT_TIMEOUT,
          Keys.MAX_ATTEMPTS);

  /**
   * One fit is one epoch over rows in the order in which they come; what costs time beside the
   * training itself is off.
   */
  private static final Configuration UNTOLD =
      Configuration.defaults()
          .with(Keys.EPOCHS, 1)
          .with(Keys.SHUFFLE, Keys.Shuffle.ONCE)
          .with(Keys.TELEMETRY, Keys.Telemetry.OFF)
          .with(Keys.RECALIBRATE, new Recalibrate.EachEpoch(0));

  private static final String ENGINE = "engine";
  private static final String STATISTICS = "collect-training-stats";

  /**
   * @param changes to what a master has untold, the last ones winning
   * @throws io.syncnorm.config.ConfigException if a value is out of range
   * @throws IllegalArgumentException if a key is none of a training master's
   */
  static MasterSettings of(
      List<UnaryOperator<Configuration>> changes, Engine engine, Timeline.Recording recording) {
    Configuration configuration = UNTOLD.with(changes);
    if (configuration.get(Keys.RECALIBRATE) instanceof Recalibrate.Auto) {
      // A DL4J network has one kind of statistics, to train and to predict with: a remark must do.
      configuration = configuration.with(Keys.RECALIBRATE, UNTOLD.get(Keys.RECALIBRATE));
    }
    return new MasterSettings(configuration, engine, recording);
  }

  /** Sets a key. */
  static <T> UnaryOperator<Configuration> change(Key<T> key, Supplier<T> value) {
    return configuration -> {
      if (!KEYS.contains(key)) {
        throw unknown(key + "=" + key.write(value.get()));
      }
      return configuration.with(key, value.get());
    };
  }

  /** Sets what {@code key=value} says. */
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
        "a training master has no such setting: expected key=value with a key of %s, found %s"
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
   * @throws IllegalArgumentException if it is not what {@link #toJson} writes
   */
  static MasterSettings fromJson(String json) {
    return read(new ObjectMapper(), json);
  }

  /** The same of what {@link #toYaml} writes. */
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
          "not a SyncBatchNormTrainingMaster as toJson or toYaml writes it: " + e.getMessage(), e);
    }
  }
}
