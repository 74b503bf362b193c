package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.shared.HasRegParam;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the params of optimizer, learning rate and initialization. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OptimizerParamsTest {
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = Blobs.session(2);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SyncBatchNormClassifier everythingSet() {
    return new SyncBatchNormClassifier()
        .setSolver("adamw")
        .setOptimizerMomentum(0.5)
        .setRmsDecay(0.8)
        .setRegParam(0.001)
        .setWeightDecay(0.01)
        .setClipNorm(2)
        .setClipValue(0.25)
        .setSchedule("exponential")
        .setScheduleEvery("40 steps")
        .setScheduleFactor(0.7)
        .setScheduleFinalShare(0.1)
        .setWarmUp("2")
        .setInitialization("he-normal");
  }

  @Test
  void shouldHaveTheDefaultsOfTheConfiguration() {
    SyncBatchNormClassifier classifier = new SyncBatchNormClassifier();
    Configuration defaults = Configuration.defaults();
    assertEquals(defaults.get(Keys.OPTIMIZER_MOMENTUM), classifier.getOptimizerMomentum());
    assertEquals(defaults.get(Keys.RMS_DECAY), classifier.getRmsDecay());
    assertEquals(defaults.get(Keys.L2), classifier.getRegParam());
    assertEquals(defaults.get(Keys.WEIGHT_DECAY), classifier.getWeightDecay());
    assertEquals(0, classifier.getClipNorm());
    assertEquals(0, classifier.getClipValue());
    assertEquals("constant", classifier.getSchedule());
    assertEquals("1", classifier.getScheduleEvery());
    assertEquals(defaults.get(Keys.SCHEDULE_FACTOR), classifier.getScheduleFactor());
    assertEquals(defaults.get(Keys.SCHEDULE_FINAL_SHARE), classifier.getScheduleFinalShare());
    assertEquals("none", classifier.getWarmUp());
    assertEquals("glorot-uniform", classifier.getInitialization());
    assertInstanceOf(HasRegParam.class, classifier);
  }

  @Test
  void shouldReachTheConfigurationAndComeBackFromFiles(@TempDir Path folder) throws Exception {
    Configuration expected =
        ConfigLoader.load(
            List.of(),
            List.of(
                "training.optimizer.type=adamw",
                "training.optimizer.weight-decay=0.01",
                "training.optimizer.momentum=0.5",
                "training.optimizer.rms-decay=0.8",
                "training.optimizer.l2=0.001",
                "training.optimizer.clip-norm=2",
                "training.optimizer.clip-value=0.25",
                "training.optimizer.schedule.type=exponential",
                "training.optimizer.schedule.every=40 steps",
                "training.optimizer.schedule.factor=0.7",
                "training.optimizer.schedule.final-share=0.1",
                "training.optimizer.schedule.warm-up=2",
                "model.initialization=he-normal",
                "training.telemetry=off"));
    SyncBatchNormClassifier classifier = everythingSet();
    assertEquals(expected, configuration(classifier));
    assertEquals(
        configuration(new SyncBatchNormClassifier()),
        configuration(new SyncBatchNormClassifier().setClipNorm(0).setClipValue(-0.0)));

    String path = folder.resolve("classifier").toString();
    classifier.save(path);
    assertEquals(expected, configuration(SyncBatchNormClassifier.load(path)));
  }

  @Test
  void shouldTrainWithTheParamsAndKeepThemWithTheModel(@TempDir Path folder) throws Exception {
    Dataset<Row> rows = Blobs.frame(spark, 90, 1).cache();
    SyncBatchNormClassifier classifier = classifier().setSolver("adamw").setWeightDecay(0.01);
    float[] plain = parameters(classifier.fit(rows));
    SyncBatchNormClassificationModel model =
        classifier
            .setRegParam(0.001)
            .setClipNorm(2)
            .setSchedule("step")
            .setScheduleEvery("3 steps")
            .setWarmUp("2 steps")
            .setInitialization("he-normal")
            .fit(rows);
    assertFalse(Arrays.equals(plain, parameters(model)));

    String path = folder.resolve("model").toString();
    model.save(path);
    SyncBatchNormClassificationModel loaded = SyncBatchNormClassificationModel.load(path);
    assertEquals("adamw", loaded.getSolver());
    assertEquals(2, loaded.getClipNorm());
    assertEquals("3 steps", loaded.getScheduleEvery());
    assertEquals("he-normal", loaded.getInitialization());
    assertArrayEquals(parameters(model), parameters(loaded));
  }

  @Test
  void shouldRefuseDecayWhereItDoesNotApply() {
    assertRefused(
        "solver=adamw is Adam with weight decay: expected weightDecay>0, found weightDecay=0;",
        each -> each.setSolver("adamw"));
    assertRefused(
        "solver=adam has no weight decay: expected weightDecay=0, found weightDecay=0.5;",
        each -> each.setWeightDecay(0.5));
  }

  /** Checkpoints of the release before do not name these params. */
  @Test
  void shouldDecideAFitOnlyIfItIsSet() {
    SyncBatchNormClassifier fresh = new SyncBatchNormClassifier();
    assertEquals(23, fresh.own().decisive(configuration(fresh)).size());

    SyncBatchNormClassifier set = everythingSet();
    List<String> names = set.own().decisive(configuration(set));
    assertEquals(23 + 12, names.size(), names.toString());
    assertTrue(names.containsAll(List.of("clipNorm=2.0", "initialization=he-normal", "warmUp=2")));
  }

  static List<Arguments> invalid() {
    return List.of(
        Arguments.of("optimizerMomentum", 1.0),
        Arguments.of("rmsDecay", -0.1),
        Arguments.of("regParam", -1.0),
        Arguments.of("weightDecay", Double.NaN),
        Arguments.of("clipNorm", -1.0),
        Arguments.of("clipValue", Double.NaN),
        Arguments.of("schedule", "linear"),
        Arguments.of("scheduleEvery", "0"),
        Arguments.of("scheduleEvery", "3 epochs"),
        Arguments.of("scheduleFactor", 0.0),
        Arguments.of("scheduleFinalShare", 1.0),
        Arguments.of("warmUp", "0 steps"),
        Arguments.of("initialization", "xavier"));
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void shouldRefuseValuesOutOfRange(String name, Object value) {
    SyncBatchNormClassifier classifier = new SyncBatchNormClassifier();
    Param<Object> param = classifier.getParam(name);
    String message =
        assertThrows(IllegalArgumentException.class, () -> classifier.set(param, value))
            .getMessage();
    assertTrue(message.contains(name), message);
    assertFalse(classifier.isSet(param));
  }

  private static void assertRefused(String message, UnaryOperator<SyncBatchNormClassifier> change) {
    String found =
        assertThrows(
                IllegalArgumentException.class,
                () -> change.apply(classifier()).fit(Blobs.frame(spark, 30, 1)))
            .getMessage();
    assertTrue(found.startsWith(message), found);
  }

  private static SyncBatchNormClassifier classifier() {
    return Blobs.classifier().setMaxIter(2);
  }

  private static float[] parameters(SyncBatchNormClassificationModel model) {
    return model.state().parameters();
  }

  private static Configuration configuration(SyncBatchNormClassifier classifier) {
    return classifier.own().configuration(classifier);
  }
}
