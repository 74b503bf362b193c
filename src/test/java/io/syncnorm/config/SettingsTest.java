package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Period.EverySteps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that values that are invalid in a file are invalid in code. */
class SettingsTest {
  @Test
  void shouldReportWhatIsWrongWithAnArgument() {
    ConfigException thrown = assertThrows(ConfigException.class, () -> new WorldSize.Fixed(4097));

    assertEquals(
        "argument: training.world: expected an integer from 1 to 4096, found=4097; "
            + "pass a value of this form",
        thrown.getMessage());
  }

  @Test
  void shouldRefuseRunSettingsOutOfRange() {
    assertRefused(Keys.RUN_NAME, "a/b");
    assertRefused(Keys.RUN_NAME, null);
  }

  @Test
  void shouldRefuseDataSettingsOutOfRange() {
    assertRefused(Keys.TRAIN_IMAGES, "");
    assertRefused(Keys.TRAIN_LABELS, " ");
    assertRefused(Keys.TEST_IMAGES, null);
    assertRefused(Keys.TEST_LABELS, "\n");
    assertRefused(Keys.TRAIN_FORMAT, "a b");
    assertRefused(Keys.TRAIN_PATH, List.of(" "));
    assertRefused(Keys.TRAIN_OPTIONS, Map.of(" ", "x"));
    assertRefused(Keys.TRAIN_LABEL, "");
    assertRefused(Keys.TEST_FEATURES, new DataSource.FeatureColumns.Chosen(List.of()));
    assertRefused(Keys.TEST_WEIGHT, " ");
    assertRefused(Keys.SCALE, null);
    assertRefused(Keys.MEMORY, -2L);
    assertRefused(Keys.CLASSES, 1);
    assertRefused(Keys.CLASSES, 257);
    assertRefused(Keys.LIMIT_TRAIN, 0);
    assertRefused(Keys.LIMIT_TEST, -1);
  }

  @Test
  void shouldRefuseModelSettingsOutOfRange() {
    assertRefused(Keys.HIDDEN, List.of(65537));
    assertRefused(Keys.HIDDEN, Arrays.asList(1, null));
    assertRefused(Keys.HIDDEN, null);
    assertRefused(Keys.ACTIVATION, null);
    assertRefused(Keys.BATCH_NORM_ENABLED, null);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, -0.0, 1, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRefuseFractionsOutOfRange(double number) {
    assertRefused(Keys.BATCH_NORM_MOMENTUM, number);
    assertRefused(Keys.BETA1, number);
    assertRefused(Keys.BETA2, number);
    assertRefused(Keys.OUTER_MOMENTUM, number);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, -0.0, 0, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRefuseNumbersThatAreNotPositive(double number) {
    assertRefused(Keys.BATCH_NORM_EPSILON, number);
    assertRefused(Keys.LEARNING_RATE, number);
    assertRefused(Keys.OPTIMIZER_EPSILON, number);
    assertRefused(Keys.OUTER_LEARNING_RATE, number);
  }

  @Test
  void shouldRefuseTrainingSettingsOutOfRange() {
    assertRefused(Keys.WORLD, null);
    assertRefused("training.world", () -> new WorldSize.Fixed(0));
    assertRefused(Keys.EPOCHS, 0);
    assertRefused(Keys.BATCH_SIZE, 0);
    assertRefused(Keys.WAIT_TIMEOUT, Duration.ZERO);
    assertRefused(Keys.WAIT_TIMEOUT, Duration.ofDays(2));
    assertRefused("training.averaging.every", () -> new EverySteps(0));
    assertRefused(Keys.OPTIMIZER_STATE, null);
    assertRefused(Keys.LOCAL_AFTER_EPOCH, -1);
  }

  @Test
  void shouldRefuseOuterSettingsOutOfRange() {
    assertRefused(Keys.OUTER_TYPE, null);
    assertRefused(Keys.OUTER_LEARNING_RATE, 0.0);
    assertRefused(Keys.OUTER_MOMENTUM, 1.0);
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
    assertRefused(Keys.CHECKPOINT_EVERY, new Period.EveryEpochs(0));
    assertRefused(Keys.CHECKPOINT_KEEP, 0);
    assertRefused(Keys.CHECKPOINT_KEEP, 1001);
    assertRefused(Keys.CHECKPOINT_DIR, null);
    assertRefused("checkpoint.dir", () -> new CheckpointPlace.Elsewhere(" "));
    assertRefused(Keys.CHECKPOINT_TIMEOUT, Duration.ZERO);
  }

  @Test
  void shouldAcceptTheEndsOfEachRange() {
    assertAccepted(Keys.TEST_WEIGHT, DataSource.UNWEIGHTED);
    assertAccepted(Keys.MEMORY, 0L);
    assertAccepted(Keys.MEMORY, Keys.AUTO_MEMORY);
    assertAccepted(Keys.CLASSES, Keys.AUTO_CLASSES);
    assertAccepted(Keys.CLASSES, 2);
    assertAccepted(Keys.CLASSES, 256);
    assertAccepted(Keys.LIMIT_TRAIN, 1);
    assertAccepted(Keys.LIMIT_TEST, Keys.UNLIMITED);
    assertAccepted(Keys.HIDDEN, List.of(1, 65536));
    assertAccepted(Keys.BATCH_NORM_MOMENTUM, Math.nextDown(1.0));
    assertAccepted(Keys.BATCH_NORM_EPSILON, 1e-37);
    assertDoesNotThrow(() -> new WorldSize.Fixed(4096));
    assertAccepted(Keys.WORLD, new WorldSize.Fixed(1));
    assertAccepted(Keys.WAIT_TIMEOUT, Duration.ofMillis(1));
    assertAccepted(Keys.WAIT_TIMEOUT, Duration.ofDays(1));
    assertAccepted(Keys.RUN_NAME, "x".repeat(64));
    assertAccepted(Keys.SEED, Long.MAX_VALUE);
  }

  @Test
  void shouldKeepItsOwnCopyOfTheWidths() {
    List<Integer> widths = new ArrayList<>(List.of(3));
    Configuration configuration = Configuration.defaults().with(Keys.HIDDEN, widths);

    widths.set(0, -1);

    assertEquals(List.of(3), configuration.get(Keys.HIDDEN));
  }

  @Test
  void shouldKeepItsOwnCopyOfTheOptions() {
    Map<String, String> options = new HashMap<>(Map.of("header", "true"));
    Configuration configuration = Configuration.defaults().with(Keys.TRAIN_OPTIONS, options);

    options.clear();

    assertEquals(Map.of("header", "true"), configuration.get(Keys.TRAIN_OPTIONS));
  }

  private static <T> void assertAccepted(Key<T> key, T value) {
    assertTrue(key.takes(value));
    assertEquals(value, Configuration.defaults().with(key, value).get(key));
  }

  private static <T> void assertRefused(Key<T> key, T value) {
    assertEquals(false, key.takes(value));
    assertRefused(key.path(), () -> Configuration.defaults().with(key, value));
  }

  private static void assertRefused(String key, Executable construction) {
    ConfigException thrown = assertThrows(ConfigException.class, construction);
    assertTrue(thrown.getMessage().contains(" " + key + ": expected "), thrown.getMessage());
  }
}
