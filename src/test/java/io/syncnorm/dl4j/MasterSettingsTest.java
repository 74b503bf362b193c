package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigException;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import io.syncnorm.config.WorldSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests how the builder's settings reach the configuration. */
class MasterSettingsTest {
  /** Sections and keys that are not settings of a training master, with the reason. */
  private static final Map<String, String> NO_SETTING =
      Map.ofEntries(
          Map.entry("run.name", "a fit has no run directory"),
          Map.entry("data.train", "rows come in the RDD"),
          Map.entry("data.test", "rows come in the RDD"),
          Map.entry("data.limit-", "rows come in the RDD"),
          Map.entry("data.scale", "rows come in the RDD"),
          Map.entry("data.classes", "the network is the caller's"),
          Map.entry("data.partition", "rows come in the order of the RDD"),
          Map.entry("model.dl4j", "the network is the caller's"),
          Map.entry("model.engine", "the builder sets the engine"),
          Map.entry("model.hidden", "the network is the caller's"),
          Map.entry("model.layers", "the network is the caller's"),
          Map.entry("model.image", "the network is the caller's"),
          Map.entry("model.activation", "the network is the caller's"),
          Map.entry("model.initialization", "the network is the caller's"),
          Map.entry("model.batch-norm.enabled", "the network is the caller's"),
          Map.entry("model.batch-norm.momentum", "the network is the caller's"),
          Map.entry("model.batch-norm.epsilon", "the network is the caller's"),
          Map.entry("training.epochs", "a fit is one epoch"),
          Map.entry(
              "training.early-stopping",
              "a fit is one epoch, and DL4J's SparkEarlyStoppingTrainer drives fits"),
          Map.entry("training.shuffle", "rows come in the order of the RDD"),
          Map.entry("training.optimizer.", "the network brings its updater"),
          Map.entry("training.averaging.local-after-epoch", "a fit is one epoch"),
          Map.entry("checkpoint.keep", "a fit stores no checkpoints: the caller has the network"),
          Map.entry("checkpoint.dir", "a fit stores no checkpoints: the caller has the network"),
          Map.entry(
              "checkpoint.timeout", "a fit stores no checkpoints: the caller has the network"),
          Map.entry("output.", "a fit writes no files: the caller has the network"));

  @Test
  void shouldAcceptEveryKeyOrHaveAReasonNotTo() {
    for (Key<?> key : Keys.ALL) {
      boolean isExcused = NO_SETTING.keySet().stream().anyMatch(key.path()::startsWith);
      assertEquals(isExcused, !MasterSettings.KEYS.contains(key), key.path());
      if (isExcused) {
        assertTrue(refusal(builder(key)).contains("unknown setting of a training master"));
      } else {
        builder(key).build();
      }
    }
  }

  private static <T> SyncBatchNormTrainingMaster.Builder builder(Key<T> key) {
    return new SyncBatchNormTrainingMaster.Builder().set(key, key.byDefault());
  }

  @Test
  void shouldSetTheSameByValueAndByText() {
    String byValue =
        new SyncBatchNormTrainingMaster.Builder(17)
            .workers(3)
            .averagingFrequency(5)
            .updaterState(SyncBatchNormTrainingMaster.UpdaterState.KEPT)
            .rngSeed(9)
            .set(Keys.WAIT_TIMEOUT, Duration.ofMinutes(5))
            .build()
            .toJson();
    String byText =
        new SyncBatchNormTrainingMaster.Builder()
            .set("training.batch-size=17")
            .set("training.world=3")
            .set("training.averaging.every=\"5 steps\"")
            .set("training.averaging.optimizer-state=keep")
            .set("run.seed=9")
            .set("training.wait-timeout=5m")
            .build()
            .toJson();

    assertEquals(byText, byValue);
  }

  @Test
  void shouldUseTheLastOfSeveralSettings() {
    MasterSettings settings =
        MasterSettings.of(
            List.of(
                MasterSettings.change("training.batch-size=3"),
                MasterSettings.change(Keys.BATCH_SIZE, () -> 4),
                MasterSettings.change(Keys.AVERAGING_EVERY, Period.EveryEpoch::new),
                MasterSettings.change("training.averaging.every=step")),
            Engine.AUTO,
            Timeline.Recording.OFF);

    assertEquals(
        MasterSettings.of(List.of(), Engine.AUTO, Timeline.Recording.OFF)
            .configuration()
            .with(Keys.BATCH_SIZE, 4)
            .with(Keys.AVERAGING_EVERY, new Period.EverySteps(1)),
        settings.configuration());
  }

  @Test
  void shouldListAllFaultsWhenItIsBuilt() {
    SyncBatchNormTrainingMaster.Builder builder =
        new SyncBatchNormTrainingMaster.Builder(0)
            .workers(0)
            .averagingFrequency(0)
            .set("training.max-attempts=0");

    ConfigException thrown = assertThrows(ConfigException.class, builder::build);

    assertEquals(
        List.of(
            "argument: training.batch-size",
            "argument: training.world",
            "argument: training.averaging.every",
            "--set training.max-attempts=0: training.max-attempts"),
        thrown.getMessage().lines().map(line -> line.replaceFirst(": expected .*", "")).toList());
    assertEquals(
        new WorldSize.Auto(), Configuration.defaults().get(Keys.WORLD), "the defaults stay");
  }

  @Test
  void shouldListTheKnownSettingsForAnUnknownOne() {
    String refusal =
        refusal(new SyncBatchNormTrainingMaster.Builder().set("training.epochs=3").workers(0));

    assertTrue(
        refusal.startsWith(
            "unknown setting of a training master: expected key=value with a key of [run.seed,"
                + " training.world, "),
        refusal);
    assertTrue(refusal.endsWith(", found training.epochs=3"), refusal);
  }

  private static String refusal(SyncBatchNormTrainingMaster.Builder builder) {
    return assertThrows(IllegalArgumentException.class, builder::build).getMessage();
  }
}
