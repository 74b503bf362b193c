package io.syncnorm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.dl4j.Engine;
import io.syncnorm.train.telemetry.LayerDrift;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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
 * Tests each feature of the engine through every entry point and with both trainees: a setting has
 * the same effect everywhere, or it is rejected by name.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DoorsTest {
  /** Difference allowed between fused loops in float and DL4J's layers, after a few updates. */
  private static final float ROUNDING = 1e-4f;

  /** A setting, with other settings that it needs to take effect. */
  record Feature(String setting, String... beside) {
    List<String> all() {
      return Stream.concat(Stream.of(beside), Stream.of(setting)).toList();
    }
  }

  private static final String OFTEN = "training.averaging.every=\"2 steps\"";

  private static final List<Feature> FEATURES =
      List.of(
          new Feature("model.batch-norm.sync=local"),
          new Feature("model.batch-norm.sync=group(2)"),
          new Feature("model.batch-norm.recalibrate=40"),
          new Feature(OFTEN),
          new Feature("training.averaging.merge=gradients"),
          new Feature("training.averaging.local-after-epoch=1", "training.epochs=2"),
          new Feature("training.averaging.optimizer-state=keep", OFTEN),
          new Feature("training.averaging.optimizer-state=reset", OFTEN),
          new Feature("training.averaging.outer.type=momentum", OFTEN),
          new Feature("training.averaging.outer.type=nesterov", OFTEN),
          new Feature("training.early-stopping=1", "training.epochs=3"),
          // Weights are a column of the estimator's rows; other entry points have no such setting.
          new Feature("data.weights=weight"));

  /** Results of earlier training, by entry point and settings. */
  private static final Map<List<Object>, float[]> TRAINED = new HashMap<>();

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
  void shouldApplyASettingOrRefuseItByName(Door door, Feature feature) {
    List<String> beside = List.of(feature.beside());
    Optional<String> refusal = door.refusalOf(feature.setting());
    if (refusal.isPresent()) {
      RuntimeException refused =
          assertThrows(RuntimeException.class, () -> door.predictions(List.of(feature.setting())));
      assertTrue(refused.getMessage().contains(refusal.get()), refused.getMessage());
      return;
    }
    float[] without = predictions(door, beside);
    float[] with = predictions(door, feature.all());
    assertFalse(Arrays.equals(without, with), "the setting is ignored");
    for (float probability : with) {
      assertTrue(Float.isFinite(probability));
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void shouldTrainTheSameModelFromTheCommandLineAndInTheEstimator(Feature feature) {
    List<String> settings = feature.all();
    if (Door.COMMAND_LINE.refusalOf(feature.setting()).isPresent()) {
      return;
    }
    assertArrayEquals(
        predictions(Door.COMMAND_LINE, settings), predictions(Door.ESTIMATOR, settings), ROUNDING);
  }

  private static float[] predictions(Door door, List<String> settings) {
    return TRAINED.computeIfAbsent(List.of(door, settings), first -> door.predictions(settings));
  }

  static Stream<Feature> features() {
    return FEATURES.stream();
  }

  @ParameterizedTest
  @MethodSource("features")
  void shouldTrainTheSameDl4jNetworkThroughEveryDoorAndEngine(Feature feature) {
    List<String> settings = feature.all();
    if (Door.MASTER_IN_DL4J_LAYERS.refusalOf(feature.setting()).isPresent()) {
      return;
    }
    float[] layers = predictions(Door.MASTER_IN_DL4J_LAYERS, settings);
    assertArrayEquals(predictions(Door.COMMAND_LINE_IN_DL4J_LAYERS, settings), layers);
    if (Door.MASTER_FUSED.refusalOf(feature.setting()).isEmpty()) {
      assertArrayEquals(predictions(Door.MASTER_FUSED, settings), layers, ROUNDING);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Engine.class,
      names = {"FUSED", "DL4J"})
  void shouldAverageGradientsUpToAnEpochLikeConsecutiveFits(Engine engine) {
    float[] run =
        Door.COMMAND_LINE_IN_DL4J_LAYERS.predictions(
            List.of("training.epochs=2", "training.averaging.local-after-epoch=1"));
    MultiLayerNetwork network = Dl4jDoor.network();
    Dl4jDoor.fit(engine, List.of("training.averaging.merge=gradients"), network);
    float[] fits = Dl4jDoor.fit(engine, List.of(), network).output();
    assertArrayEquals(run, fits, engine == Engine.DL4J ? 0 : ROUNDING);
  }

  @ParameterizedTest
  @EnumSource(
      value = Engine.class,
      names = {"FUSED", "DL4J"})
  void shouldKeepTheOptimizersOfAllRanksThroughConsecutiveFits(Engine engine) {
    String keep = "training.averaging.optimizer-state=keep";
    float[] run =
        Door.COMMAND_LINE_IN_DL4J_LAYERS.predictions(List.of("training.epochs=3", keep, OFTEN));
    float[] fits = Dl4jDoor.fit(engine, List.of(keep, OFTEN), Dl4jDoor.network(), 3).output();
    assertArrayEquals(run, fits, engine == Engine.DL4J ? 0 : ROUNDING);
  }

  @Test
  void shouldReportTheDriftOfLayersWhenConfigured() {
    List<String> on = List.of("training.telemetry=on");
    LayerDrift drift = Dl4jDoor.fit(Engine.FUSED, on).lastEpoch().layers().get(0);
    assertTrue(drift.meanDrift() > 0 && drift.gradientNorm() > 0, drift.toString());
    assertEquals(
        List.of(LayerDrift.UNKNOWN), Dl4jDoor.fit(Engine.FUSED, List.of()).lastEpoch().layers());
  }

  @Test
  void shouldNameSettingsThatDl4jLayersDoNotSupport() {
    String refused =
        assertThrows(
                IllegalArgumentException.class,
                () -> Dl4jDoor.fit(Engine.DL4J, List.of("training.telemetry=on")))
            .getMessage();
    assertTrue(refused.contains("training.telemetry = off"), refused);
  }

  @ParameterizedTest
  @EnumSource(
      value = Engine.class,
      names = {"FUSED", "DL4J"})
  void shouldRefuseToNormalizeASingleRow(Engine engine) {
    List<String> lastStepOfOne =
        List.of("model.batch-norm.sync=local", "training.batch-size=" + (DoorRows.OF_RANK - 1));
    RuntimeException refused =
        assertThrows(RuntimeException.class, () -> Dl4jDoor.fit(engine, lastStepOfOne));
    assertTrue(
        refused.getMessage().contains("cannot normalize a single row"), refused.getMessage());
  }
}
