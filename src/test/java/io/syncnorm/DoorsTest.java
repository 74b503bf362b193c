package io.syncnorm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.dl4j.Engine;
import io.syncnorm.dl4j.file.NetworkFile;
import io.syncnorm.train.LayerDrift;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the engine can, through every door and with both trainees: a setting changes what is
 * trained, the same way everywhere, or it is refused by its name.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DoorsTest {
  /** Fused loops in float beside DL4J's layers, after a few updates. */
  private static final float ROUNDING = 1e-4f;

  /** A setting, and those beside which it makes a difference. */
  record Feature(String setting, String... beside) {}

  private static final String OFTEN = "training.averaging.every=\"2 steps\"";

  private static final List<Feature> FEATURES =
      List.of(
          new Feature("model.batch-norm.sync=local"),
          new Feature("model.batch-norm.sync=group(2)"),
          new Feature("model.batch-norm.recalibrate=40"),
          new Feature(OFTEN),
          new Feature("training.averaging.merge=gradients"),
          new Feature("training.averaging.optimizer-state=keep", OFTEN),
          new Feature("training.averaging.optimizer-state=reset", OFTEN),
          new Feature("training.averaging.outer.type=momentum", OFTEN),
          new Feature("training.averaging.outer.type=nesterov", OFTEN));

  private static final Map<List<Object>, float[]> WITHOUT = new HashMap<>();

  @BeforeAll
  static void open(@TempDir Path folder) {
    Door.open(folder);
  }

  @AfterAll
  static void close() {
    Door.close();
  }

  static Stream<Arguments> doorsAndFeatures() {
    return Arrays.stream(Door.values())
        .flatMap(door -> FEATURES.stream().map(feature -> Arguments.of(door, feature)));
  }

  @ParameterizedTest
  @MethodSource("doorsAndFeatures")
  void shouldFollowASettingOrRefuseItByName(Door door, Feature feature) {
    List<String> beside = List.of(feature.beside());
    List<String> settings = new ArrayList<>(beside);
    settings.add(feature.setting());
    Optional<String> refusal = door.refusalOf(feature.setting());
    if (refusal.isPresent()) {
      RuntimeException refused =
          assertThrows(RuntimeException.class, () -> door.predictions(settings));
      assertTrue(refused.getMessage().contains(refusal.get()), refused.getMessage());
      return;
    }
    float[] without =
        WITHOUT.computeIfAbsent(List.of(door, beside), first -> door.predictions(beside));
    float[] with = door.predictions(settings);
    assertFalse(Arrays.equals(without, with), "the setting is ignored");
    for (float probability : with) {
      assertTrue(Float.isFinite(probability));
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void shouldTrainTheSameModelFromTheCommandLineAndInTheEstimator(Feature feature) {
    List<String> settings = new ArrayList<>(List.of(feature.beside()));
    settings.add(feature.setting());
    assertArrayEquals(
        Door.COMMAND_LINE.predictions(settings), Door.ESTIMATOR.predictions(settings), ROUNDING);
  }

  static Stream<Feature> features() {
    return FEATURES.stream();
  }

  @ParameterizedTest
  @MethodSource("features")
  void shouldTrainTheSameDl4jNetworkThroughEveryDoorAndEngine(Feature feature) {
    List<String> settings = new ArrayList<>(List.of(feature.beside()));
    settings.add(feature.setting());
    if (Door.MASTER_IN_DL4J_LAYERS.refusalOf(feature.setting()).isPresent()) {
      return;
    }
    float[] layers = Door.MASTER_IN_DL4J_LAYERS.predictions(settings);
    assertArrayEquals(Door.COMMAND_LINE_WITH_DL4J_NETWORK.predictions(settings), layers);
    if (Door.MASTER_FUSED.refusalOf(feature.setting()).isEmpty()) {
      assertArrayEquals(Door.MASTER_FUSED.predictions(settings), layers, ROUNDING);
    }
  }

  @Test
  void shouldTellTheDriftOfLayersWhereAsked() {
    List<String> on = List.of("training.telemetry=on");
    LayerDrift drift = Door.fit(Engine.FUSED, on).lastEpoch().layers().get(0);
    assertTrue(drift.meanDrift() > 0 && drift.gradientNorm() > 0, drift.toString());
    assertEquals(
        List.of(LayerDrift.UNKNOWN), Door.fit(Engine.FUSED, List.of()).lastEpoch().layers());
  }

  @Test
  void shouldNameWhatDl4jLayersCannotFollow() {
    String refused =
        assertThrows(
                IllegalArgumentException.class,
                () -> Door.fit(Engine.DL4J, List.of("training.telemetry=on")))
            .getMessage();
    assertTrue(refused.contains("training.telemetry = off"), refused);
    Configuration localAfter =
        ConfigLoader.load(List.of(), List.of("training.averaging.local-after-epoch=3"));
    assertEquals(
        List.of("training.averaging.local-after-epoch = 0"), NetworkFile.onlySettings(localAfter));
  }

  @ParameterizedTest
  @EnumSource(
      value = Engine.class,
      names = {"FUSED", "DL4J"})
  void shouldRefuseToNormalizeASingleRow(Engine engine) {
    List<String> lastStepOfOne =
        List.of("model.batch-norm.sync=local", "training.batch-size=" + (Door.ROWS_OF_RANK - 1));
    RuntimeException refused =
        assertThrows(RuntimeException.class, () -> Door.fit(engine, lastStepOfOne));
    assertTrue(refused.getMessage().contains("met a single row"), refused.getMessage());
  }
}
