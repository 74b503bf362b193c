package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import io.syncnorm.config.Recalibrate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.shared.HasCheckpointInterval;
import org.apache.spark.ml.param.shared.HasWeightCol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the requirements of Spark's ParamsSuite and checkParams for every stage. */
class ParamsTest {
  private final SyncBatchNormClassifier classifier = new SyncBatchNormClassifier();

  @Test
  void shouldDescribeEveryParamAndOwnIt() {
    Param<?>[] params = classifier.params();
    assertEquals(57, params.length, Arrays.toString(params));
    for (int i = 0; i < params.length; i++) {
      assertEquals(classifier.uid(), params[i].parent());
      assertTrue(params[i].doc().length() > 10, params[i].name());
      assertTrue(classifier.explainParams().contains(params[i].name() + ": "));
      assertTrue(i == 0 || params[i - 1].name().compareTo(params[i].name()) < 0, "sorted");
      assertEquals(params[i], classifier.getParam(params[i].name()));
    }
    assertTrue(
        classifier.explainParam(classifier.maxIter()).endsWith("(>= 1) (default: 20)"),
        classifier.explainParam(classifier.maxIter()));
  }

  @Test
  void shouldHaveTheDefaultsOfTheConfiguration() {
    Configuration defaults = Configuration.defaults();
    assertEquals(defaults.get(Keys.EPOCHS), classifier.getMaxIter());
    assertEquals(defaults.get(Keys.BATCH_SIZE), classifier.getBatchSize());
    assertEquals(defaults.get(Keys.LEARNING_RATE), classifier.getStepSize());
    assertEquals(defaults.get(Keys.BETA1), classifier.getBeta1());
    assertEquals(defaults.get(Keys.BETA2), classifier.getBeta2());
    assertEquals(defaults.get(Keys.OPTIMIZER_EPSILON), classifier.getOptimizerEpsilon());
    assertEquals(defaults.get(Keys.SEED), classifier.getSeed());
    assertEquals(
        defaults.get(Keys.HIDDEN), Arrays.stream(classifier.getHiddenLayers()).boxed().toList());
    assertEquals(defaults.get(Keys.BATCH_NORM_ENABLED), classifier.getBatchNorm());
    assertEquals(defaults.get(Keys.BATCH_NORM_MOMENTUM), classifier.getMomentum());
    assertEquals(defaults.get(Keys.BATCH_NORM_EPSILON), classifier.getEpsilon());
    assertEquals("adam", classifier.getSolver());
    assertEquals("relu", classifier.getActivation());
    assertEquals("global", classifier.getBatchNormSync());
    assertEquals("epoch", classifier.getAveragingFrequency());
    assertEquals("average", classifier.getOptimizerState());
    assertEquals("parameters", classifier.getAveragingMerge());
    assertEquals("none", classifier.getOuterOptimizer());
    assertEquals(defaults.get(Keys.OUTER_LEARNING_RATE), classifier.getOuterStepSize());
    assertEquals(defaults.get(Keys.OUTER_MOMENTUM), classifier.getOuterMomentum());
    assertEquals(defaults.get(Keys.LOCAL_AFTER_EPOCH), classifier.getLocalAfterEpoch());
    assertEquals(new Recalibrate.Auto(), defaults.get(Keys.RECALIBRATE));
    assertEquals(-1, classifier.getBatchNormRecalibrate());
    assertEquals("", classifier.getCheckpointDir());
    assertEquals("", classifier.getCheckpointEvery());
    assertEquals(
        defaults.get(Keys.CHECKPOINT_EVERY),
        new Period.EveryEpochs(classifier.getCheckpointInterval()));
    assertEquals(defaults.get(Keys.EARLY_STOPPING), classifier.getEarlyStoppingRounds());
    assertFalse(classifier.getTelemetry(), "off unless somebody asks: its own default");
    assertEquals(
        defaults.with(Keys.TELEMETRY, Keys.Telemetry.OFF),
        configuration(classifier),
        "all params bound to their keys");
    assertFalse(classifier.isDefined(classifier.weightCol()));
  }

  @Test
  void shouldReachTheConfigurationByEveryParam() {
    classifier
        .setMaxIter(3)
        .setBatchSize(64)
        .setStepSize(0.5)
        .setSeed(-7)
        .setSolver("sgd")
        .setHiddenLayers()
        .setActivation("tanh")
        .setBatchNorm(false)
        .setMomentum(0.5)
        .setEpsilon(0.25)
        .setBatchNormSync("local")
        .setAveragingFrequency("10 steps")
        .setOptimizerState("reset")
        .setAveragingMerge("gradients")
        .setOuterOptimizer("nesterov")
        .setOuterStepSize(0.7)
        .setOuterMomentum(0.8)
        .setLocalAfterEpoch(2)
        .setBatchNormRecalibrate(300)
        .setEncrypt("on")
        .setWaitTimeout("5s")
        .setLoadTimeout("7s")
        .setMinWorkerSlots(2)
        .setSlotTimeout("6s")
        .setMaxAttempts(2)
        .setCheckpointEvery("500 steps")
        .setEarlyStoppingRounds(4);
    Configuration expected =
        ConfigLoader.load(
            List.of(),
            List.of(
                "training.epochs=3",
                "checkpoint.every=500 steps",
                "training.batch-size=64",
                "training.optimizer.learning-rate=0.5",
                "run.seed=-7",
                "training.optimizer.type=sgd",
                "model.hidden=[]",
                "model.activation=tanh",
                "model.batch-norm.enabled=false",
                "model.batch-norm.momentum=0.5",
                "model.batch-norm.epsilon=0.25",
                "model.batch-norm.sync=local",
                "training.averaging.every=\"10 steps\"",
                "training.averaging.optimizer-state=reset",
                "training.averaging.merge=gradients",
                "training.averaging.outer.type=nesterov",
                "training.averaging.outer.learning-rate=0.7",
                "training.averaging.outer.momentum=0.8",
                "training.averaging.local-after-epoch=2",
                "model.batch-norm.recalibrate=300",
                "training.encrypt=on",
                "training.wait-timeout=5s",
                "training.load-timeout=7s",
                "training.min-slots=2",
                "training.slot-timeout=6s",
                "training.max-attempts=2",
                "training.early-stopping=4",
                "training.telemetry=off"));
    assertEquals(expected, configuration(classifier));
    assertEquals(
        expected.with(Keys.TELEMETRY, Keys.Telemetry.ON),
        configuration(classifier.setTelemetry(true)));
  }

  /** Keys that are not params, with the reason. */
  private static final Map<String, String> NO_PARAM =
      Map.ofEntries(
          Map.entry("run.name", "a fit has no run directory"),
          Map.entry("data.train-images", "rows come from the dataset"),
          Map.entry("data.train-labels", "rows come from the dataset"),
          Map.entry("data.test-images", "validationIndicatorCol marks them"),
          Map.entry("data.test-labels", "validationIndicatorCol marks them"),
          Map.entry("data.train.format", "rows come from the dataset"),
          Map.entry("data.train.path", "rows come from the dataset"),
          Map.entry("data.train.options", "rows come from the dataset"),
          Map.entry("data.train.label", "labelCol of every Spark classifier"),
          Map.entry("data.train.features", "featuresCol of every Spark classifier"),
          Map.entry("data.train.weight", "weightCol"),
          Map.entry("data.test.format", "validationIndicatorCol marks the rows"),
          Map.entry("data.test.path", "validationIndicatorCol marks the rows"),
          Map.entry("data.test.options", "validationIndicatorCol marks the rows"),
          Map.entry("data.test.label", "labelCol of every Spark classifier"),
          Map.entry("data.test.features", "featuresCol of every Spark classifier"),
          Map.entry("data.test.weight", "weightCol"),
          Map.entry("data.scale", "a pipeline has scalers of its own"),
          Map.entry("data.memory", "always the default"),
          Map.entry("data.classes", "the labels say it, or their metadata"),
          Map.entry("data.limit-train", "the dataset has a limit of its own"),
          Map.entry("data.limit-test", "the dataset has a limit of its own"),
          Map.entry("data.partition", "rows are dealt by the dataset's partitions"),
          Map.entry("model.dl4j", "networks of DL4J's have a training master"),
          Map.entry("model.engine", "networks of DL4J's have a training master"),
          Map.entry("training.world", "numWorkers, which is 0 for auto"),
          Map.entry("training.shuffle", "workers always reorder their rows"),
          Map.entry("checkpoint.every", "checkpointInterval, which is also -1"),
          Map.entry("checkpoint.keep", "the folder belongs to one fit"),
          Map.entry("checkpoint.dir", "checkpointDir, a path as Spark reads it"),
          Map.entry("checkpoint.timeout", "always the default"),
          Map.entry("output.onnx", "the model has a method of its own"));

  @Test
  void shouldBindEveryKeyOrHaveAReasonNotTo() {
    List<String> bound = classifier.own().configured.stream().map(p -> p.key().path()).toList();

    assertEquals(
        Keys.ALL.stream().map(Key::path).sorted().toList(),
        Stream.concat(bound.stream(), NO_PARAM.keySet().stream()).sorted().toList());
  }

  /** They are written into checkpoints, which the next version must recognize. */
  @Test
  void shouldListParamsThatAffectTheModelInTheOrderOfCheckpoints() {
    List<String> names = classifier.own().decisive(configuration(classifier.setTelemetry(true)));

    assertEquals("maxIter=20", names.get(0));
    assertEquals(List.of("localAfterEpoch=0", "earlyStoppingRounds=0"), names.subList(21, 23));
    assertEquals(23, names.size(), names.toString());
  }

  @Test
  void shouldTreatNegativeZeroAsZeroAsAFileDoes() {
    assertEquals(
        Configuration.defaults().with(Keys.BETA1, 0.0).with(Keys.TELEMETRY, Keys.Telemetry.OFF),
        configuration(classifier.setBeta1(-0.0)));
  }

  static Stream<Arguments> invalid() {
    return Stream.of(
        Arguments.of("maxIter", 0),
        Arguments.of("batchSize", -1),
        Arguments.of("stepSize", 0.0),
        Arguments.of("stepSize", Double.NaN),
        Arguments.of("solver", "lbfgs"),
        Arguments.of("beta1", 1.0),
        Arguments.of("hiddenLayers", new int[] {3, 0}),
        Arguments.of("layers", "[{dense = 0}]"),
        Arguments.of("imageShape", new int[] {28, 28}),
        Arguments.of("activation", "swish"),
        Arguments.of("activation", "relu\ntraining.epochs=1"),
        Arguments.of("momentum", 1.0),
        Arguments.of("epsilon", -1e-3),
        Arguments.of("batchNormSync", "some"),
        Arguments.of("averagingFrequency", "0 steps"),
        Arguments.of("optimizerState", ""),
        Arguments.of("batchNormRecalibrate", -2),
        Arguments.of("maxIter", -1),
        Arguments.of("averagingMerge", "models"),
        Arguments.of("outerOptimizer", "adam"),
        Arguments.of("outerStepSize", 0.0),
        Arguments.of("outerMomentum", 1.0),
        Arguments.of("localAfterEpoch", -1),
        Arguments.of("checkpointInterval", 0),
        Arguments.of("checkpointInterval", -2),
        Arguments.of("encrypt", "maybe"),
        Arguments.of("waitTimeout", "60"),
        Arguments.of("loadTimeout", "0s"),
        Arguments.of("minWorkerSlots", 0),
        Arguments.of("maxAttempts", 0),
        Arguments.of("numWorkers", -1),
        Arguments.of("earlyStoppingRounds", -1),
        Arguments.of("blockSize", 0));
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void shouldRefuseValuesOutOfRange(String name, Object value) {
    Param<Object> param = classifier.getParam(name);
    String message =
        assertThrows(IllegalArgumentException.class, () -> classifier.set(param, value))
            .getMessage();
    assertTrue(message.contains(name), message);
    assertFalse(classifier.isSet(param));
  }

  @Test
  void shouldCopyWithItsUidAndItsParams() {
    classifier.setMaxIter(3).setFeaturesCol("x");
    ParamMap extra = new ParamMap().put(classifier.batchSize().w(7));
    SyncBatchNormClassifier copy = classifier.copy(extra);
    assertEquals(classifier.uid(), copy.uid());
    assertEquals(3, copy.getMaxIter());
    assertEquals(7, copy.getBatchSize());
    assertEquals("x", copy.getFeaturesCol());
    assertFalse(classifier.isSet(classifier.batchSize()));
    assertEquals("named", new SyncBatchNormClassifier("named").uid());
    assertEquals("named", new SyncBatchNormClassifier("named").labelCol().parent());
    assertNotEquals(classifier.uid(), new SyncBatchNormClassifier().uid());
    assertArrayEquals(
        Arrays.stream(classifier.params()).map(Param::name).toArray(),
        Arrays.stream(copy.params()).map(Param::name).toArray());
  }

  @Test
  void shouldAcceptSparksValueForNoCheckpoints() {
    assertInstanceOf(HasCheckpointInterval.class, classifier);
    assertEquals(-1, classifier.setCheckpointInterval(-1).getCheckpointInterval());
    assertEquals(3, classifier.setCheckpointInterval(3).getCheckpointInterval());
  }

  @Test
  void shouldHaveAWeightColumn() {
    assertInstanceOf(HasWeightCol.class, classifier);
    assertEquals("w", classifier.setWeightCol("w").getWeightCol());
    assertTrue(classifier.isSet(classifier.getParam("weightCol")));
  }

  private static Configuration configuration(SyncBatchNormClassifier classifier) {
    return classifier.own().configuration(classifier);
  }
}
