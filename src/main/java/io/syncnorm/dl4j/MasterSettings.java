package io.syncnorm.dl4j;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final List<String> KEYS =
      List.of(
          "run.seed",
          "training.world",
          "training.batch-size",
          "training.averaging.every",
          "training.averaging.optimizer-state",
          "training.wait-timeout",
          "training.load-timeout",
          "training.slot-timeout",
          "training.max-attempts");

  /**
   * One fit is one epoch over rows in the order in which they come, and nothing shows its drift.
   */
  private static final List<String> FIXED =
      List.of(
          "training.epochs=1",
          "training.shuffle=once",
          "training.telemetry=off",
          "model.batch-norm.recalibrate=0");

  private static final String ENGINE = "engine";
  private static final String STATISTICS = "collect-training-stats";

  /**
   * @param overrides {@code key=value} each, laid over the defaults
   * @throws io.syncnorm.config.ConfigException if a value is out of range
   * @throws IllegalArgumentException if a key is none of a training master's
   */
  static MasterSettings of(List<String> overrides, Engine engine, Timeline.Recording recording) {
    for (String override : overrides) {
      String key = override.substring(0, Math.max(0, override.indexOf('='))).strip();
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "a training master has no such setting: expected key=value with a key of %s, found %s"
                .formatted(KEYS, override));
      }
    }
    List<String> all = new ArrayList<>(FIXED);
    all.addAll(overrides);
    return new MasterSettings(ConfigLoader.load(List.of(), all), engine, recording);
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
    for (String line : configuration.render().lines().toList()) {
      String key = line.substring(0, line.indexOf(" = "));
      if (KEYS.contains(key)) {
        all.put(key, line.substring(line.indexOf(" = ") + 3));
      }
    }
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
      List<String> overrides = new ArrayList<>();
      all.forEach((key, value) -> overrides.add(key + "=" + value));
      return of(overrides, engine, recording);
    } catch (IOException | NullPointerException e) {
      throw new IllegalArgumentException(
          "not a SyncBatchNormTrainingMaster as toJson or toYaml writes it: " + e.getMessage(), e);
    }
  }
}
