package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests which settings are part of a run's identity. Every key has its place in this table. */
class IdentityTest {
  private static final String IDENTITY =
      """
      run.seed
      data.train-images data.train-labels data.test-images data.test-labels
      data.train.format data.train.path data.train.options
      data.train.label data.train.features data.train.weight
      data.test.format data.test.path data.test.options
      data.test.label data.test.features data.test.weight
      data.scale data.classes data.limit-train data.limit-test data.partition
      model.dl4j model.engine model.hidden model.layers model.image model.activation
      model.initialization
      model.batch-norm.enabled model.batch-norm.momentum model.batch-norm.epsilon
      model.batch-norm.sync model.batch-norm.recalibrate
      training.world training.epochs training.early-stopping training.batch-size training.shuffle
      training.optimizer.type training.optimizer.learning-rate training.optimizer.beta1
      training.optimizer.beta2 training.optimizer.epsilon
      training.optimizer.momentum training.optimizer.rms-decay
      training.optimizer.l2 training.optimizer.weight-decay
      training.optimizer.clip-norm training.optimizer.clip-value
      training.optimizer.schedule.type training.optimizer.schedule.every
      training.optimizer.schedule.factor training.optimizer.schedule.final-share
      training.optimizer.schedule.warm-up
      training.averaging.every training.averaging.merge training.averaging.optimizer-state
      training.averaging.outer.type training.averaging.outer.learning-rate
      training.averaging.outer.momentum training.averaging.local-after-epoch
      """;

  /** Each with a value that is not its default. */
  private static final Map<String, String> OPERATION =
      Map.ofEntries(
          Map.entry("run.name", "other"),
          Map.entry("data.memory", "1g"),
          Map.entry("training.telemetry", "off"),
          Map.entry("training.encrypt", "on"),
          Map.entry("training.wait-timeout", "1s"),
          Map.entry("training.load-timeout", "1s"),
          Map.entry("training.min-slots", "2"),
          Map.entry("training.slot-timeout", "1s"),
          Map.entry("training.max-attempts", "1"),
          Map.entry("checkpoint.every", "3"),
          Map.entry("checkpoint.keep", "1"),
          Map.entry("checkpoint.dir", "x"),
          Map.entry("checkpoint.timeout", "1s"),
          Map.entry("output.onnx", "true"));

  static Stream<Key<?>> operational() {
    return Keys.ALL.stream().filter(key -> key.role() == Key.Role.OPERATION);
  }

  @Test
  void shouldClassifyEveryKey() {
    Map<String, Key.Role> expected = new TreeMap<>();
    Stream.of(IDENTITY.split("\\s+")).forEach(path -> expected.put(path, Key.Role.IDENTITY));
    OPERATION.keySet().forEach(path -> expected.put(path, Key.Role.OPERATION));

    assertEquals(
        expected, new TreeMap<>(Keys.ALL.stream().collect(Collectors.toMap(Key::path, Key::role))));
  }

  @Test
  void shouldNotChangeTheIdentityOfEarlierRunsWithTheOptimizersNewKeys() {
    String optimizer =
        Configuration.defaults()
            .renderOutcome()
            .lines()
            .filter(line -> line.startsWith("training.optimizer."))
            .collect(Collectors.joining("\n"));
    assertEquals(
        """
        training.optimizer.type = adam
        training.optimizer.learning-rate = 0.001
        training.optimizer.beta1 = 0.9
        training.optimizer.beta2 = 0.999
        training.optimizer.epsilon = 1.0E-7\
        """,
        optimizer);
    assertNotEquals(
        Configuration.defaults().hash(), Configuration.defaults().with(Keys.CLIP_NORM, 1.0).hash());
  }

  @ParameterizedTest
  @MethodSource("operational")
  void shouldNotChangeTheIdentityWithAnOperationalKey(Key<?> key) {
    Configuration other =
        ConfigLoader.load(List.of(), List.of(key.path() + "=" + OPERATION.get(key.path())));

    assertNotEquals(Configuration.defaults(), other);
    assertEquals(Configuration.defaults().renderOutcome(), other.renderOutcome());
    assertEquals(Configuration.defaults().hash(), other.hash());
    assertEquals(Configuration.defaults().outcomeSettings(), other.outcomeSettings());
  }
}
