package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.AveragingSettings.EveryEpoch;
import io.syncnorm.config.AveragingSettings.EverySteps;
import io.syncnorm.config.AveragingSettings.Merge;
import io.syncnorm.config.AveragingSettings.OptimizerState;
import io.syncnorm.config.BatchNormSettings.Sync;
import io.syncnorm.config.TrainingSettings.Shuffle;
import io.syncnorm.config.TrainingSettings.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may not be written in a file cannot be built in code either. */
class SettingsTest {
  private static final Recalibrate NONE = new Recalibrate.Rows(0);

  private static final BatchNormSettings BATCH_NORM =
      new BatchNormSettings(true, 0.9, 1e-3, Sync.GLOBAL, NONE);
  private static final OptimizerSettings OPTIMIZER =
      new OptimizerSettings(OptimizerSettings.Type.ADAM, 0.1, 0.9, 0.9, 1e-7);
  private static final AveragingSettings AVERAGING =
      averaging(OptimizerState.KEEP, new OuterSettings(OuterSettings.Type.NONE, 1, 0), 0);

  @Test
  void shouldSayWhatIsWrongWithAnArgument() {
    ConfigException thrown = assertThrows(ConfigException.class, () -> new WorldSize.Fixed(4097));

    assertEquals(
        "argument: training.world: expected an integer from 1 to 4096, found=4097; "
            + "pass such a value",
        thrown.getMessage());
  }

  @Test
  void shouldRefuseRunSettingsOutOfRange() {
    assertRefused("run.name", () -> new RunSettings("a/b", 1));
    assertRefused("run.name", () -> new RunSettings(null, 1));
  }

  @Test
  void shouldRefuseDataSettingsOutOfRange() {
    assertRefused("data.train-images", () -> data("", "b", "c", "d", 10, 1, 1));
    assertRefused("data.train-labels", () -> data("a", " ", "c", "d", 10, 1, 1));
    assertRefused("data.test-images", () -> data("a", "b", null, "d", 10, 1, 1));
    assertRefused("data.test-labels", () -> data("a", "b", "c", "\n", 10, 1, 1));
    assertRefused("data.classes", () -> data("a", "b", "c", "d", 257, 1, 1));
    assertRefused("data.limit-train", () -> data("a", "b", "c", "d", 10, 0, 1));
    assertRefused("data.limit-test", () -> data("a", "b", "c", "d", 10, 1, -1));
  }

  @Test
  void shouldRefuseModelSettingsOutOfRange() {
    assertRefused("model.hidden", () -> model(List.of(65537)));
    assertRefused("model.hidden", () -> model(Arrays.asList(1, null)));
    assertRefused("model.hidden", () -> model(null));
    assertRefused("model.activation", () -> new ModelSettings(List.of(), null, BATCH_NORM));
    assertThrows(
        NullPointerException.class, () -> new ModelSettings(List.of(), Activation.RELU, null));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, -0.0, 1, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRefuseWhatIsNoShareOfOne(double number) {
    assertRefused(
        "model.batch-norm.momentum",
        () -> new BatchNormSettings(true, number, 1, Sync.LOCAL, NONE));
    assertRefused(
        "training.optimizer.beta1",
        () -> new OptimizerSettings(OptimizerSettings.Type.ADAM, 1, number, 0, 1));
    assertRefused(
        "training.optimizer.beta2",
        () -> new OptimizerSettings(OptimizerSettings.Type.ADAM, 1, 0, number, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, -0.0, 0, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRefuseWhatIsNotPositive(double number) {
    assertRefused(
        "model.batch-norm.epsilon", () -> new BatchNormSettings(true, 0, number, Sync.LOCAL, NONE));
    assertRefused(
        "training.optimizer.learning-rate",
        () -> new OptimizerSettings(OptimizerSettings.Type.ADAM, number, 0, 0, 1));
    assertRefused(
        "training.optimizer.epsilon",
        () -> new OptimizerSettings(OptimizerSettings.Type.ADAM, 1, 0, 0, number));
  }

  @Test
  void shouldRefuseTrainingSettingsOutOfRange() {
    WorldSize auto = new WorldSize.Auto();
    Duration second = Duration.ofSeconds(1);
    assertRefused("training.world", () -> training(null, 1, 1, second));
    assertRefused("training.world", () -> new WorldSize.Fixed(0));
    assertRefused("training.epochs", () -> training(auto, 0, 1, second));
    assertRefused("training.batch-size", () -> training(auto, 1, 0, second));
    assertRefused("training.wait-timeout", () -> training(auto, 1, 1, Duration.ZERO));
    assertRefused("training.wait-timeout", () -> training(auto, 1, 1, Duration.ofDays(2)));
    assertRefused("training.averaging.every", () -> new EverySteps(0));
    OuterSettings none = new OuterSettings(OuterSettings.Type.NONE, 1, 0);
    assertRefused("training.averaging.optimizer-state", () -> averaging(null, none, 0));
    assertRefused(
        "training.averaging.local-after-epoch", () -> averaging(OptimizerState.KEEP, none, -1));
    assertThrows(NullPointerException.class, () -> averaging(OptimizerState.KEEP, null, 0));
  }

  @Test
  void shouldRefuseOuterSettingsOutOfRange() {
    OuterSettings.Type type = OuterSettings.Type.NESTEROV;
    assertRefused("training.averaging.outer.type", () -> new OuterSettings(null, 1, 0));
    assertRefused("training.averaging.outer.learning-rate", () -> new OuterSettings(type, 0, 0));
    assertRefused("training.averaging.outer.momentum", () -> new OuterSettings(type, 1, 1));
  }

  @Test
  void shouldRefuseGroupsAndConcentrationsOutOfRange() {
    assertRefused("model.batch-norm.sync", () -> new Sync(0));
    assertRefused("model.batch-norm.sync", () -> new Sync(4097));
    assertRefused("data.partition", () -> new Partition.Dirichlet(0));
    assertEquals(5, Sync.GLOBAL.ranksOf(5));
    assertEquals(1, Sync.LOCAL.ranksOf(5));
    assertEquals(3, new Sync(3).ranksOf(5));
    assertEquals(2, new Sync(3).ranksOf(2));
  }

  @Test
  void shouldRefuseCheckpointSettingsOutOfRange() {
    CheckpointPlace auto = new CheckpointPlace.InRunDirectory();
    Duration second = Duration.ofSeconds(1);
    assertRefused("checkpoint.every", () -> new CheckpointSettings(0, 1, auto, second));
    assertRefused("checkpoint.keep", () -> new CheckpointSettings(1, 0, auto, second));
    assertRefused("checkpoint.keep", () -> new CheckpointSettings(1, 1001, auto, second));
    assertRefused("checkpoint.dir", () -> new CheckpointSettings(1, 1, null, second));
    assertRefused("checkpoint.dir", () -> new CheckpointPlace.Folder(" "));
    assertRefused("checkpoint.timeout", () -> new CheckpointSettings(1, 1, auto, Duration.ZERO));
  }

  @Test
  void shouldRefuseAWorldOutOfRangeInAWither() {
    Configuration defaults = ConfigLoader.load(List.of(), List.of());

    assertRefused("training.world", () -> defaults.withWorld(0));
  }

  @Test
  void shouldAcceptTheEndsOfEachRange() {
    assertDoesNotThrow(() -> data("a", "b", "c", "d", 2, 1, DataSettings.ALL));
    assertDoesNotThrow(() -> data("a", "b", "c", "d", 256, 1, 1));
    assertDoesNotThrow(() -> model(List.of(1, 65536)));
    assertDoesNotThrow(
        () -> new BatchNormSettings(true, Math.nextDown(1.0), 1e-37, Sync.LOCAL, NONE));
    assertDoesNotThrow(() -> new WorldSize.Fixed(4096));
    assertDoesNotThrow(() -> training(new WorldSize.Fixed(1), 1, 1, Duration.ofMillis(1)));
    assertDoesNotThrow(() -> training(new WorldSize.Fixed(1), 1, 1, Duration.ofDays(1)));
    assertDoesNotThrow(() -> new RunSettings("x".repeat(64), Long.MAX_VALUE));
  }

  @Test
  void shouldKeepItsOwnCopyOfTheWidths() {
    List<Integer> widths = new ArrayList<>(List.of(3));
    ModelSettings model = model(widths);

    widths.set(0, -1);

    assertEquals(List.of(3), model.hidden());
  }

  private static DataSettings data(
      String a, String b, String c, String d, int classes, int limitTrain, int limitTest) {
    return new DataSettings(a, b, c, d, classes, limitTrain, limitTest, new Partition.Shuffled());
  }

  private static ModelSettings model(List<Integer> hidden) {
    return new ModelSettings(hidden, Activation.RELU, BATCH_NORM);
  }

  private static TrainingSettings training(
      WorldSize world, int epochs, int batchSize, Duration waitTimeout) {
    return new TrainingSettings(
        world,
        epochs,
        batchSize,
        Shuffle.ONCE,
        Telemetry.ON,
        new FaultSettings(waitTimeout, waitTimeout, waitTimeout, 3),
        OPTIMIZER,
        AVERAGING);
  }

  private static AveragingSettings averaging(
      OptimizerState optimizerState, OuterSettings outer, int localAfterEpoch) {
    return new AveragingSettings(
        new EveryEpoch(), Merge.PARAMETERS, optimizerState, outer, localAfterEpoch);
  }

  private static void assertRefused(String key, Executable construction) {
    ConfigException thrown = assertThrows(ConfigException.class, construction);
    assertTrue(thrown.getMessage().contains(" " + key + ": expected "), thrown.getMessage());
  }
}
