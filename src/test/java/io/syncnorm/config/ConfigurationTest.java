package io.syncnorm.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationTest {

  @TempDir private Path folder;

  static Stream<Configuration> configurations() {
    return Stream.of(
        overridden(),
        overridden(
            "run { name = a.b-c_d, seed = -1 }",
            "data { train-images = \"s3a://a b/#1/${x}?y=z\", train-labels = \"C:\\\\tmp\\\\ü\" }",
            "data { test-images = \"\\\"quoted\\\" \\n 数字 \uD83D\uDE00\", test-labels = \" a \" }",
            "data { classes = 2, limit-train = 1, limit-test = 2147483647 }"),
        overridden(
            "model { hidden = [], activation = tanh }",
            "model.batch-norm { enabled = no, momentum = 0, epsilon = 1e-30, sync = local }",
            "training { world = 3, epochs = 1e3, batch-size = 1, shuffle = once }",
            "training.optimizer { type = sgd, learning-rate = 1e5, beta1 = 0, beta2 = 0.1 }",
            "training.averaging { every = 1 steps, optimizer-state = keep }"),
        overridden(
            "data.train { format = csv, path = [\"s3a://b/a b#1\", \"x/*\"], label = \" a\", weight"
                + " = w }",
            "data.train.options { sep = \";\", header = true, a.b = 1, \"c.d\" = \"\\n"
                + "\\\"\", e = \"\" }",
            "data.train.features = [a, \"p*\", \"b.c\"]",
            "data.test { path = x, options { sep = \",\" } }",
            "data { scale = by-255, memory = 1536m, classes = auto }"),
        overridden(
            "data.train { format = \"com.foo.Source$1\", options.url = x, features = \"p*\" }",
            "data.test { path = y, options.b = 2, features = auto }",
            "data { scale = standardized, memory = 1001b }"),
        overridden("data.memory = 0b"),
        overridden("training.wait-timeout = 1500us", "training.averaging.every = epoch"),
        overridden("training.wait-timeout = 1500ms", "training.world = auto"),
        overridden("checkpoint { every = 3, keep = 1, dir = \"s3a://a b/#1\", timeout = 5m }"),
        overridden("model.batch-norm { sync = group(3), recalibrate = 10000 }"),
        overridden("data.partition = dirichlet(0.1)", "training.telemetry = off"),
        overridden("data.partition = by-label", "model.batch-norm.sync = group( 4096 )"),
        overridden(
            "training.averaging { every = step, merge = gradients, local-after-epoch = 3 }",
            "training.averaging.outer { type = nesterov, learning-rate = 0.7, momentum = 0 }"),
        overridden("run.name = true", "data.train-images = null.gz", "data.test-images = 007"));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void shouldLoadBackFromItsRendering(Configuration configuration) throws IOException {
    Path file = Files.writeString(folder.resolve("config.conf"), configuration.render());

    Configuration loaded = ConfigLoader.load(List.of(file), List.of());

    assertEquals(configuration, loaded);
    assertEquals(configuration.render(), loaded.render());
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void shouldSurviveJavaSerialization(Configuration configuration) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(configuration);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals(configuration, in.readObject());
    }
  }

  @Test
  void shouldRenderEveryKeyOnceInAFixedOrderWithoutComments() {
    List<String> lines = overridden().render().lines().toList();

    assertEquals(
        Keys.ALL.stream().map(Key::path).toList(),
        lines.stream().map(line -> line.substring(0, line.indexOf(" = "))).toList());
    assertEquals("run.name = \"mnist\"", lines.get(0));
    assertTrue(lines.contains("model.hidden = [128, 64]"));
    assertTrue(lines.contains("training.world = auto"));
    assertTrue(lines.contains("training.wait-timeout = 60s"));
  }

  @Test
  void shouldHashTheMeaningAndNotTheSpelling() throws IOException {
    Path one =
        Files.writeString(folder.resolve("1.conf"), "run.seed=1,model.batch-norm.epsilon=1e-3");
    Path two =
        Files.writeString(
            folder.resolve("2.conf"),
            "# other order\nmodel { batch-norm { epsilon = 0.001 } }\nrun { seed = \"1\" }\n"
                + "training.wait-timeout = 1 minute");

    String hash = ConfigLoader.load(List.of(one), List.of()).hash();

    assertEquals(hash, ConfigLoader.load(List.of(two), List.of()).hash());
    assertNotEquals(hash, overridden("run.seed=2").hash());
  }

  @Test
  void shouldHashTheKeysThatAffectTheResultWithSha256() throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(overridden().renderOutcome().getBytes(UTF_8));

    assertEquals(HexFormat.of().formatHex(digest), overridden().hash());
  }

  @Test
  void shouldHashTheLinesOfTheRenderingThatAreOfTheIdentity() {
    assertEquals(
        overridden()
            .render()
            .replaceFirst("run.name = .*\n", "")
            .replaceFirst("training.telemetry = .*\n", "")
            .replaceAll("training.(load|wait|slot)-timeout = .*\n", "")
            .replaceAll("training.(min-slots|max-attempts|encrypt) = .*\n", "")
            .replaceFirst("training.early-stopping = .*\n", "")
            .replaceAll("model.(engine|layers|image|initialization) = .*\n", "")
            .replaceAll("training.optimizer.schedule\\..* = .*\n", "")
            .replaceAll("training.optimizer.(l2|clip-norm|clip-value) = .*\n", "")
            .replaceAll("training.optimizer.(momentum|rms-decay|weight-decay) = .*\n", "")
            .replaceAll("data.(memory|scale|(train|test)\\..*) = .*\n", ""),
        overridden().renderOutcome()
            + """
            checkpoint.every = 1
            checkpoint.keep = 2
            checkpoint.dir = auto
            checkpoint.timeout = 60s
            output.onnx = false
            """);
  }

  /** Runs are named by their hash, and must be found by these names after an update. */
  @Test
  void shouldIgnoreNewKeysInTheHashWhileTheyHaveTheirDefaults() {
    String before = "1c4338a7b7a1f330473b68de0c418e4252ea5d8257fbde527bd13660ba17cbbb";

    assertEquals(before, Configuration.defaults().hash());
    assertEquals(before, overridden("training.early-stopping=0").hash());
    assertEquals(before, overridden("data.train.label=label", "data.test.weight=none").hash());
    Configuration set = overridden("training.early-stopping=3");
    assertNotEquals(before, set.hash());
    assertTrue(set.renderOutcome().contains("\ntraining.early-stopping = 3\n"));
    assertEquals("0", Configuration.defaults().outcomeSettings().get("training.early-stopping"));
  }

  /** They may be missing on another machine, where the run must have the same name. */
  @Test
  void shouldIgnoreTheFilesOfTheOtherFormatInTheHash() {
    String[] parquet = {"data.train.format=parquet", "data.train.path=x", "data.test.path=y"};
    String[] mixed = {"data.test.format=parquet", "data.test.path=y"};

    assertEquals(
        overridden(parquet).hash(),
        overridden(parquet)
            .with(Keys.TRAIN_IMAGES, "a")
            .with(Keys.TRAIN_LABELS, "b")
            .with(Keys.TEST_IMAGES, "c")
            .with(Keys.TEST_LABELS, "d")
            .hash());
    assertEquals(overridden(mixed).hash(), overridden(mixed).with(Keys.TEST_IMAGES, "c").hash());
    assertNotEquals(
        overridden(mixed).hash(), overridden(mixed).with(Keys.TRAIN_IMAGES, "c").hash());
  }

  @Test
  void shouldHashDifferentlyForEachKeyThatAffectsTheResult() {
    Stream<String> changes =
        Stream.of(
            "run.seed=1",
            "data.train-images=x",
            "data.train-labels=x",
            "data.test-images=x",
            "data.test-labels=x",
            "data.train.label=x",
            "data.train.features=x",
            "data.train.weight=x",
            "data.train.options.x=1",
            "data.test.label=x",
            "data.test.features=x",
            "data.test.weight=x",
            "data.test.options.x=1",
            "data.scale=none",
            "data.classes=2",
            "data.limit-train=1",
            "data.limit-test=1",
            "data.partition=by-label",
            "model.dl4j=network.json",
            "model.hidden=[1]",
            "model.engine=dl4j",
            "model.layers=[relu]",
            "model.image=[1, 1, 1]",
            "model.activation=tanh",
            "model.initialization=he-normal",
            "model.batch-norm.enabled=false",
            "model.batch-norm.momentum=0.5",
            "model.batch-norm.epsilon=0.5",
            "model.batch-norm.sync=local",
            "model.batch-norm.recalibrate=1",
            "training.world=1",
            "training.epochs=1",
            "training.early-stopping=1",
            "training.batch-size=1",
            "training.shuffle=once",
            "training.optimizer.type=sgd",
            "training.optimizer.learning-rate=0.5",
            "training.optimizer.beta1=0.5",
            "training.optimizer.beta2=0.5",
            "training.optimizer.epsilon=0.5",
            "training.optimizer.momentum=0.5",
            "training.optimizer.rms-decay=0.5",
            "training.optimizer.l2=0.5",
            "training.optimizer { type = nesterov, weight-decay = 0.5 }",
            "training.optimizer.clip-norm=0.5",
            "training.optimizer.clip-value=0.5",
            "training.optimizer.schedule.type=cosine",
            "training.optimizer.schedule.every=2",
            "training.optimizer.schedule.factor=0.5",
            "training.optimizer.schedule.final-share=0.5",
            "training.optimizer.schedule.warm-up=2",
            "training.averaging.every=1 steps",
            "training.averaging.merge=gradients",
            "training.averaging.optimizer-state=keep",
            "training.averaging.outer.type=momentum",
            "training.averaging.outer.learning-rate=0.5",
            "training.averaging.outer.momentum=0.5",
            "training.averaging.local-after-epoch=1");

    long hashes = changes.map(change -> overridden(change).hash()).distinct().count();

    int pairs = 4; // a format and its path are set together
    assertEquals(Keys.OF_OUTCOME.size() - pairs, hashes);
  }

  @ParameterizedTest
  @CsvSource({
    "training.averaging.every = step, training.averaging.every = 1 steps",
    "model.batch-norm.sync = local, model.batch-norm.sync = group(1)",
    "data.partition = dirichlet(1), data.partition = dirichlet(1.00)"
  })
  void shouldRenderTwoSpellingsOfAValueInOneForm(String one, String other) {
    assertEquals(overridden(one), overridden(other));
    assertEquals(overridden(one).render(), overridden(other).render());
    assertTrue(overridden(one).render().contains("every = step") || !one.contains("step"));
  }

  @Test
  void shouldChangeOnlyTheWorld() {
    assertEquals(
        overridden("training.world=4"), overridden().with(Keys.WORLD, new WorldSize.Fixed(4)));
  }

  @Test
  void shouldChangeOnlyBatchNormalization() {
    assertEquals(
        overridden("model.batch-norm.enabled=false"),
        overridden().with(Keys.BATCH_NORM_ENABLED, false));
    assertEquals(
        overridden(),
        overridden().with(Keys.BATCH_NORM_ENABLED, false).with(Keys.BATCH_NORM_ENABLED, true));
    assertFalse(overridden().with(Keys.BATCH_NORM_ENABLED, false).get(Keys.BATCH_NORM_ENABLED));
  }

  /** Lines as in a file; the part before the first {@code =} or brace is the key. */
  private static Configuration overridden(String... lines) {
    return ConfigLoader.load(
        List.of(),
        Stream.of(lines).map(line -> line.replaceFirst("^([\\w.-]+) \\{", "$1={")).toList());
  }
}
