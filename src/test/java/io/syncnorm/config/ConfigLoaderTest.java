package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.AveragingSettings.EveryEpoch;
import io.syncnorm.config.AveragingSettings.EverySteps;
import io.syncnorm.config.AveragingSettings.Merge;
import io.syncnorm.config.AveragingSettings.OptimizerState;
import io.syncnorm.config.BatchNormSettings.Sync;
import io.syncnorm.config.TrainingSettings.Shuffle;
import io.syncnorm.config.TrainingSettings.Telemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
            new RunSettings("mnist", 42),
            new DataSettings(
                "data/mnist/train-images-idx3-ubyte.gz",
                "data/mnist/train-labels-idx1-ubyte.gz",
                "data/mnist/t10k-images-idx3-ubyte.gz",
                "data/mnist/t10k-labels-idx1-ubyte.gz",
                10,
                DataSettings.ALL,
                DataSettings.ALL,
                new Partition.Shuffled()),
            new ModelSettings(
                List.of(128, 64),
                Activation.RELU,
                new BatchNormSettings(true, 0.99, 1e-3, Sync.GLOBAL, new Recalibrate.Auto())),
            new TrainingSettings(
                new WorldSize.Auto(),
                20,
                128,
                Shuffle.EPOCH,
                Telemetry.ON,
                new FaultSettings(
                    Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofSeconds(60), 3),
                new OptimizerSettings(OptimizerSettings.Type.ADAM, 0.001, 0.9, 0.999, 1e-7),
                new AveragingSettings(
                    new EveryEpoch(),
                    Merge.PARAMETERS,
                    OptimizerState.AVERAGE,
                    new OuterSettings(OuterSettings.Type.NONE, 1, 0.9),
                    0)),
            new CheckpointSettings(
                1, 2, new CheckpointPlace.InRunDirectory(), Duration.ofSeconds(60))),
        defaults);
  }

  @Test
  void shouldLetLaterFilesWinOverEarlierOnesAndOverridesOverFiles() throws IOException {
    Path first = file("first.conf", "training { epochs = 1, batch-size = 1 }, run.seed = 1");
    Path second = file("second.conf", "training { epochs = 2, batch-size = 2 }");

    Configuration loaded =
        ConfigLoader.load(
            List.of(first, second), List.of("training.epochs=3", "training.epochs=4"));

    assertEquals(1, loaded.run().seed());
    assertEquals(2, loaded.training().batchSize());
    assertEquals(4, loaded.training().epochs());
  }

  @Test
  void shouldFollowIncludesRelativeToTheFile() throws IOException {
    file("base.conf", "run.seed = 7, training.epochs = 7");
    Path diff = file("diff.conf", "include \"base\"\ninclude \"base.conf\"\ntraining.epochs = 8");
    Path byFile =
        file("by-file.conf", "include required(file(\"" + folder.resolve("base.conf") + "\"))");
    Path byClassPath = file("by-class-path.conf", "include classpath(\"syncnorm.conf\")");

    assertEquals(7, load(diff).run().seed());
    assertEquals(8, load(diff).training().epochs());
    assertEquals(7, load(byFile).training().epochs());
    assertEquals(overridden(), load(byClassPath));
  }

  @Test
  void shouldResolveSubstitutionsAcrossAllSources() throws IOException {
    Path names = file("names.conf", "run.name = bn-${training.batch-size}");
    Path sizes = file("sizes.conf", "training.batch-size = 16\nrun.seed = ${?NO_SUCH_VARIABLE}");
    Path grown = file("grown.conf", "model.hidden += 32");

    assertEquals(
        "bn-32",
        ConfigLoader.load(List.of(names, sizes), List.of("training.batch-size=32")).run().name());
    assertEquals(42, load(sizes).run().seed(), "an optional substitution leaves the default");
    assertEquals(List.of(128, 64, 32), load(grown).model().hidden());
    assertEquals(
        "mnist-deep",
        overridden("run.name=${run.name}\"-deep\"").run().name(),
        "an override may refer to what it overrides");
    assertEquals(
        System.getenv("PATH"), overridden("data.train-images=${PATH}").data().trainImages());
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
  void shouldTakeKeysAndValuesInEveryHoconSpelling(String override) {
    assertEquals(5, overridden("data.classes=5", override).training().epochs());
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
        "2024#1",
        "[1]",
        "{a,b}",
        "{a:b}",
        "a\"b\"c",
        "it's",
        "a\nb",
        "include \"a\"",
      })
  void shouldTakeAnOverrideThatIsNotHoconAsItStands(String path) {
    assertEquals(path, overridden("data.train-images=" + path).data().trainImages());
  }

  @Test
  void shouldUnquoteAnOverride() {
    assertEquals(
        "a \"b\" # c", overridden("data.train-images=\"a \\\"b\\\" # c\"").data().trainImages());
  }

  @Test
  void shouldReadEveryForm() {
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

    assertEquals(new RunSettings("2024", Long.MIN_VALUE), loaded.run());
    assertEquals(100, loaded.data().limitTrain());
    assertEquals(new Partition.Dirichlet(0.3), loaded.data().partition());
    assertEquals(
        new ModelSettings(
            List.of(),
            Activation.SIGMOID,
            new BatchNormSettings(false, 0.99, 1e-3, new Sync(2), new Recalibrate.Rows(500))),
        loaded.model());
    assertEquals(new WorldSize.Fixed(4096), loaded.training().world());
    assertEquals(Shuffle.ONCE, loaded.training().shuffle());
    assertEquals(Telemetry.OFF, loaded.training().telemetry());
    assertEquals(Duration.ofMillis(1500), loaded.training().faults().waitTimeout());
    assertEquals(OptimizerSettings.Type.SGD, loaded.training().optimizer().type());
    assertEquals(
        new AveragingSettings(
            new EverySteps(3),
            Merge.GRADIENTS,
            OptimizerState.RESET,
            new OuterSettings(OuterSettings.Type.NESTEROV, 0.7, 0.9),
            2),
        loaded.training().averaging());
  }

  @ParameterizedTest
  @CsvSource({"500ms,500", "2 minutes,120000", "24h,86400000", "1 millisecond,1"})
  void shouldReadHoconDurations(String written, long millis) {
    assertEquals(
        Duration.ofMillis(millis),
        overridden("training.wait-timeout=" + written).training().faults().waitTimeout());
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
