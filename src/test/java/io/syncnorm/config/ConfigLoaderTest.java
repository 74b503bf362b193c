package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.Keys.Merge;
import io.syncnorm.config.Keys.OptimizerState;
import io.syncnorm.config.Keys.Shuffle;
import io.syncnorm.config.Keys.Telemetry;
import io.syncnorm.config.Period.EveryEpoch;
import io.syncnorm.config.Period.EverySteps;
import io.syncnorm.config.layer.LayerList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {

  @TempDir private Path folder;

  @Test
  void shouldLoadTheDocumentedDefaults() {
    Configuration defaults = overridden();

    assertEquals(
        new Configuration(
            Map.ofEntries(
                Map.entry(Keys.RUN_NAME, "mnist"),
                Map.entry(Keys.SEED, 42L),
                Map.entry(Keys.TRAIN_IMAGES, "data/mnist/train-images-idx3-ubyte.gz"),
                Map.entry(Keys.TRAIN_LABELS, "data/mnist/train-labels-idx1-ubyte.gz"),
                Map.entry(Keys.TEST_IMAGES, "data/mnist/t10k-images-idx3-ubyte.gz"),
                Map.entry(Keys.TEST_LABELS, "data/mnist/t10k-labels-idx1-ubyte.gz"),
                Map.entry(Keys.TRAIN_FORMAT, "idx"),
                Map.entry(Keys.TRAIN_PATH, List.of()),
                Map.entry(Keys.TRAIN_OPTIONS, Map.of()),
                Map.entry(Keys.TRAIN_LABEL, "label"),
                Map.entry(Keys.TRAIN_FEATURES, new DataSource.FeatureColumns.Auto()),
                Map.entry(Keys.TRAIN_WEIGHT, DataSource.UNWEIGHTED),
                Map.entry(Keys.TEST_FORMAT, "idx"),
                Map.entry(Keys.TEST_PATH, List.of()),
                Map.entry(Keys.TEST_OPTIONS, Map.of()),
                Map.entry(Keys.TEST_LABEL, "label"),
                Map.entry(Keys.TEST_FEATURES, new DataSource.FeatureColumns.Auto()),
                Map.entry(Keys.TEST_WEIGHT, DataSource.UNWEIGHTED),
                Map.entry(Keys.SCALE, Keys.Scale.AUTO),
                Map.entry(Keys.CLASSES, Keys.AUTO_CLASSES),
                Map.entry(Keys.LIMIT_TRAIN, Keys.UNLIMITED),
                Map.entry(Keys.LIMIT_TEST, Keys.UNLIMITED),
                Map.entry(Keys.PARTITION, new Partition.Shuffled()),
                Map.entry(Keys.MEMORY, Keys.AUTO_MEMORY),
                Map.entry(Keys.DL4J, new NetworkSource.Configured()),
                Map.entry(Keys.HIDDEN, List.of(128, 64)),
                Map.entry(Keys.ENGINE, Keys.Engine.AUTO),
                Map.entry(Keys.LAYERS, LayerList.NONE),
                Map.entry(Keys.IMAGE, Keys.AUTO_IMAGE),
                Map.entry(Keys.ACTIVATION, Keys.HiddenActivation.RELU),
                Map.entry(Keys.INITIALIZATION, Keys.Initialization.GLOROT_UNIFORM),
                Map.entry(Keys.BATCH_NORM_ENABLED, true),
                Map.entry(Keys.BATCH_NORM_MOMENTUM, 0.99),
                Map.entry(Keys.BATCH_NORM_EPSILON, 1e-3),
                Map.entry(Keys.BATCH_NORM_SYNC, Sync.GLOBAL),
                Map.entry(Keys.RECALIBRATE, new Recalibrate.Auto()),
                Map.entry(Keys.WORLD, new WorldSize.Auto()),
                Map.entry(Keys.EPOCHS, 20),
                Map.entry(Keys.EARLY_STOPPING, 0),
                Map.entry(Keys.BATCH_SIZE, 128),
                Map.entry(Keys.SHUFFLE, Shuffle.EPOCH),
                Map.entry(Keys.TELEMETRY, Telemetry.ON),
                Map.entry(Keys.ENCRYPT, Keys.Encrypt.AUTO),
                Map.entry(Keys.WAIT_TIMEOUT, Duration.ofSeconds(60)),
                Map.entry(Keys.LOAD_TIMEOUT, Duration.ofHours(1)),
                Map.entry(Keys.MIN_SLOTS, 1),
                Map.entry(Keys.SLOT_TIMEOUT, Duration.ofSeconds(60)),
                Map.entry(Keys.MAX_ATTEMPTS, 3),
                Map.entry(Keys.OPTIMIZER_TYPE, Keys.OptimizerType.ADAM),
                Map.entry(Keys.LEARNING_RATE, 0.001),
                Map.entry(Keys.BETA1, 0.9),
                Map.entry(Keys.BETA2, 0.999),
                Map.entry(Keys.OPTIMIZER_EPSILON, 1e-7),
                Map.entry(Keys.OPTIMIZER_MOMENTUM, 0.9),
                Map.entry(Keys.RMS_DECAY, 0.9),
                Map.entry(Keys.L2, 0.0),
                Map.entry(Keys.WEIGHT_DECAY, 0.0),
                Map.entry(Keys.CLIP_NORM, Keys.UNLIMITED_GRADIENT),
                Map.entry(Keys.CLIP_VALUE, Keys.UNLIMITED_GRADIENT),
                Map.entry(Keys.SCHEDULE_TYPE, Keys.ScheduleType.CONSTANT),
                Map.entry(Keys.SCHEDULE_EVERY, new Period.EveryEpochs(1)),
                Map.entry(Keys.SCHEDULE_FACTOR, 0.9),
                Map.entry(Keys.SCHEDULE_FINAL_SHARE, 0.0),
                Map.entry(Keys.WARM_UP, Keys.NO_WARM_UP),
                Map.entry(Keys.AVERAGING_EVERY, new EveryEpoch()),
                Map.entry(Keys.AVERAGING_MERGE, Merge.PARAMETERS),
                Map.entry(Keys.OPTIMIZER_STATE, OptimizerState.AVERAGE),
                Map.entry(Keys.OUTER_TYPE, Keys.OuterType.NONE),
                Map.entry(Keys.OUTER_LEARNING_RATE, 1.0),
                Map.entry(Keys.OUTER_MOMENTUM, 0.9),
                Map.entry(Keys.LOCAL_AFTER_EPOCH, 0),
                Map.entry(Keys.CHECKPOINT_EVERY, new Period.EveryEpochs(1)),
                Map.entry(Keys.CHECKPOINT_KEEP, 2),
                Map.entry(Keys.CHECKPOINT_DIR, new CheckpointPlace.InRunDirectory()),
                Map.entry(Keys.CHECKPOINT_TIMEOUT, Duration.ofSeconds(60)),
                Map.entry(Keys.OUTPUT_ONNX, false))),
        defaults);
  }

  @Test
  void shouldPreferLaterFilesToEarlierOnesAndOverridesToFiles() throws IOException {
    Path first = file("first.conf", "training { epochs = 1, batch-size = 1 }, run.seed = 1");
    Path second = file("second.conf", "training { epochs = 2, batch-size = 2 }");

    Configuration loaded =
        ConfigLoader.load(
            List.of(first, second), List.of("training.epochs=3", "training.epochs=4"));

    assertEquals(1, loaded.get(Keys.SEED));
    assertEquals(2, loaded.get(Keys.BATCH_SIZE));
    assertEquals(4, loaded.get(Keys.EPOCHS));
  }

  @Test
  void shouldFollowIncludesRelativeToTheFile() throws IOException {
    file("base.conf", "run.seed = 7, training.epochs = 7");
    Path diff = file("diff.conf", "include \"base\"\ninclude \"base.conf\"\ntraining.epochs = 8");
    Path byFile =
        file("by-file.conf", "include required(file(\"" + folder.resolve("base.conf") + "\"))");
    Path byClassPath = file("by-class-path.conf", "include classpath(\"syncnorm.conf\")");

    assertEquals(7, load(diff).get(Keys.SEED));
    assertEquals(8, load(diff).get(Keys.EPOCHS));
    assertEquals(7, load(byFile).get(Keys.EPOCHS));
    assertEquals(overridden(), load(byClassPath));
  }

  @Test
  void shouldResolveSubstitutionsAcrossAllSources() throws IOException {
    Path names = file("names.conf", "run.name = bn-${training.batch-size}");
    Path sizes = file("sizes.conf", "training.batch-size = 16\nrun.seed = ${?NO_SUCH_VARIABLE}");
    Path grown = file("grown.conf", "model.hidden += 32");

    assertEquals(
        "bn-32",
        ConfigLoader.load(List.of(names, sizes), List.of("training.batch-size=32"))
            .get(Keys.RUN_NAME));
    assertEquals(42, load(sizes).get(Keys.SEED), "an optional substitution leaves the default");
    assertEquals(List.of(128, 64, 32), load(grown).get(Keys.HIDDEN));
    assertEquals(
        "mnist-deep",
        overridden("run.name=${run.name}\"-deep\"").get(Keys.RUN_NAME),
        "an override may refer to what it overrides");
    assertEquals(
        System.getenv("PATH"), overridden("data.train-images=${PATH}").get(Keys.TRAIN_IMAGES));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.epochs=5",
        " training.epochs = 5 ",
        "\"training\".\"epochs\"=5",
        "\"training.epochs\"=5",
        "training={epochs: 5}",
        "training.epochs=\"5\"",
        "training.epochs=5.0",
        "training.epochs=${data.classes}",
      })
  void shouldAcceptKeysAndValuesInEveryHoconSpelling(String override) {
    assertEquals(5, overridden("data.classes=5", override).get(Keys.EPOCHS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://bucket/a path/key",
        "hdfs://host:8020/images.gz",
        "/data//set#1/images?.gz",
        "C:\\images",
        "a, b",
        "a = b",
        "{",
        "${unclosed",
        "50%",
        "x[12]",
        "2024#1",
        "[1]",
        "{a,b}",
        "{a:b}",
        "a\"b\"c",
        "it's",
        "a\nb",
        "include \"a\"",
      })
  void shouldUseAnOverrideThatIsNotHoconLiterally(String path) {
    assertEquals(path, overridden("data.train-images=" + path).get(Keys.TRAIN_IMAGES));
  }

  @Test
  void shouldUnquoteAnOverride() {
    assertEquals(
        "a \"b\" # c", overridden("data.train-images=\"a \\\"b\\\" # c\"").get(Keys.TRAIN_IMAGES));
  }

  @Test
  void shouldReadEveryFormOfValues() {
    Configuration loaded =
        overridden(
            "run.name=2024",
            "run.seed=-9223372036854775808",
            "data.limit-train=100",
            "model.hidden=[]",
            "model.activation=sigmoid",
            "model.batch-norm.enabled=off",
            "model.batch-norm.sync=group(2)",
            "model.batch-norm.recalibrate=500",
            "data.partition=dirichlet(0.3)",
            "training.world=4096",
            "training.shuffle=once",
            "training.telemetry=off",
            "training.wait-timeout=1.5s",
            "training.optimizer.type=sgd",
            "training.averaging.every=3 steps",
            "training.averaging.merge=gradients",
            "training.averaging.optimizer-state=reset",
            "training.averaging.outer.type=nesterov",
            "training.averaging.outer.learning-rate=0.7",
            "training.averaging.local-after-epoch=2");

    assertEquals("2024", loaded.get(Keys.RUN_NAME));
    assertEquals(Long.MIN_VALUE, loaded.get(Keys.SEED));
    assertEquals(100, loaded.get(Keys.LIMIT_TRAIN));
    assertEquals(new Partition.Dirichlet(0.3), loaded.get(Keys.PARTITION));
    assertEquals(List.of(), loaded.get(Keys.HIDDEN));
    assertEquals(Keys.HiddenActivation.SIGMOID, loaded.get(Keys.ACTIVATION));
    assertEquals(false, loaded.get(Keys.BATCH_NORM_ENABLED));
    assertEquals(0.99, loaded.get(Keys.BATCH_NORM_MOMENTUM));
    assertEquals(1e-3, loaded.get(Keys.BATCH_NORM_EPSILON));
    assertEquals(new Sync(2), loaded.get(Keys.BATCH_NORM_SYNC));
    assertEquals(new Recalibrate.EachEpoch(500), loaded.get(Keys.RECALIBRATE));
    assertEquals(new NetworkSource.Configured(), loaded.get(Keys.DL4J));
    assertEquals(new WorldSize.Fixed(4096), loaded.get(Keys.WORLD));
    assertEquals(Shuffle.ONCE, loaded.get(Keys.SHUFFLE));
    assertEquals(Telemetry.OFF, loaded.get(Keys.TELEMETRY));
    assertEquals(Duration.ofMillis(1500), loaded.get(Keys.WAIT_TIMEOUT));
    assertEquals(Keys.OptimizerType.SGD, loaded.get(Keys.OPTIMIZER_TYPE));
    assertEquals(new EverySteps(3), loaded.get(Keys.AVERAGING_EVERY));
    assertEquals(Merge.GRADIENTS, loaded.get(Keys.AVERAGING_MERGE));
    assertEquals(OptimizerState.RESET, loaded.get(Keys.OPTIMIZER_STATE));
    assertEquals(Keys.OuterType.NESTEROV, loaded.get(Keys.OUTER_TYPE));
    assertEquals(0.7, loaded.get(Keys.OUTER_LEARNING_RATE));
    assertEquals(0.9, loaded.get(Keys.OUTER_MOMENTUM));
    assertEquals(2, loaded.get(Keys.LOCAL_AFTER_EPOCH));
  }

  @ParameterizedTest
  @CsvSource({"500ms,500", "2 minutes,120000", "24h,86400000", "1 millisecond,1"})
  void shouldReadHoconDurations(String written, long millis) {
    assertEquals(
        Duration.ofMillis(millis),
        overridden("training.wait-timeout=" + written).get(Keys.WAIT_TIMEOUT));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Configuration load(Path file) {
    return ConfigLoader.load(List.of(file), List.of());
  }

  private static Configuration overridden(String... overrides) {
    return ConfigLoader.load(List.of(), List.of(overrides));
  }
}
