package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the loader's error messages. */
class ConfigFaultsTest {

  @TempDir private Path folder;

  @Test
  void shouldNamePlaceKeyExpectationFindingAndRemedy() throws IOException {
    Path file = file("run.conf", "# a comment\ntraining {\n  epochs = 0\n}");

    assertEquals(
        List.of(
            file
                + ":3: training.epochs: expected an integer of at least 1, found=0; "
                + "correct it, or remove it to use the default 20"),
        faults(List.of(file)));
    assertEquals(
        List.of(
            "--set training.epochs=0: training.epochs: expected an integer of at least 1, found=0; "
                + "correct it, or remove it to use the default 20"),
        faults(List.of(), "training.epochs=0"));
  }

  @Test
  void shouldListAllFaultsOfAllSourcesInReadingOrder() throws IOException {
    Path first = file("first.conf", "training.epochs = x\nsead = 1\nrun.name = a b");
    Path second = file("second.conf", "training.epochs = -1\n\nmodel.hidden = [1, 0]");

    List<String> faults =
        faults(List.of(first, second), "training.epochs=3", "data.classes=1", "nothing");

    assertStartOfEach(
        faults,
        first + ":1: training.epochs: ",
        first + ":2: sead: ",
        first + ":3: run.name: ",
        second + ":1: training.epochs: ",
        second + ":3: model.hidden: ",
        "--set data.classes=1: data.classes: ",
        "--set nothing: ");
  }

  @Test
  void shouldListAnUnknownSectionOnce() throws IOException {
    Path file = file("run.conf", "trainig { epochs = 1, batch-size = 2 }");

    List<String> faults = faults(List.of(file));

    assertStartOfEach(
        faults, file + ":1: trainig: expected a section: run, data, model, training, checkpoint");
    assertTrue(faults.get(0).endsWith("; did you mean training?"), faults.get(0));
  }

  @Test
  void shouldListAnUnknownKeyForEachSource() throws IOException {
    Path first = file("first.conf", "training.epoch = 1");
    Path second = file("second.conf", "training.epoch = 1");

    assertStartOfEach(
        faults(List.of(first, second), "training.epoch=1"),
        first + ":1: training.epoch: ",
        second + ":1: training.epoch: ",
        "--set training.epoch=1: training.epoch: ");
  }

  @Test
  void shouldTellWeightDecayBesideTheGradientFromAdam() {
    String decay = "training.optimizer.weight-decay";
    assertEquals(
        List.of(
            "--set training.optimizer.type=adamw: "
                + decay
                + ": expected a number above 0 with training.optimizer.type = adamw, found=0; "
                + "set it, such as 0.01; without decay use adam"),
        faults(List.of(), "training.optimizer.type=adamw"));
    assertEquals(
        List.of(
            "--set "
                + decay
                + "=0.1: "
                + decay
                + ": expected 0 with training.optimizer.type = adam, found=0.1; "
                + "use adamw for decay beside the gradient, or training.optimizer.l2 for decay in the gradient"),
        faults(List.of(), decay + "=0.1"));
    assertEquals(
        0.1,
        ConfigLoader.load(List.of(), List.of(decay + "=0.1", "training.optimizer.type=nesterov"))
            .get(Keys.WEIGHT_DECAY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run.name=a b",
        "run.name=.hidden",
        "run.name=-rf",
        "run.name=..",
        "run.name=",
        "run.name=[a]",
        "run.name=12345678901234567890123456789012345678901234567890123456789012345",
        "run.seed=1.5",
        "run.seed=9223372036854775808",
        "run.seed=null",
        "data.train-images=\" \"",
        "data.classes=1",
        "data.classes=257",
        "data.limit-train=0",
        "data.limit-test=some",
        "data.limit-test=2147483648",
        "model.hidden=128",
        "model.hidden=[128, 0]",
        "model.hidden=[65537]",
        "model.hidden=[[1]]",
        "model.hidden=[null]",
        "model.activation=RELU",
        "model.batch-norm.enabled=1",
        "model.batch-norm.momentum=1",
        "model.batch-norm.momentum=-0.1",
        "model.batch-norm.momentum=NaN",
        "model.batch-norm.epsilon=0",
        "model.batch-norm.epsilon=1e-400",
        "model.batch-norm.sync=none",
        "model.batch-norm.sync=group",
        "model.batch-norm.sync=group(0)",
        "model.batch-norm.sync=group(2",
        "model.batch-norm.sync=group(4097)",
        "model.batch-norm.recalibrate=-1",
        "model.batch-norm.recalibrate=0.5",
        "model.batch-norm.recalibrate=all",
        "data.partition=random",
        "data.partition=dirichlet",
        "data.partition=dirichlet(0)",
        "data.partition=dirichlet(-1)",
        "training.telemetry=true",
        "training.optimizer.type=Adam",
        "training.optimizer.momentum=1",
        "training.optimizer.l2=-1",
        "training.optimizer.l2=1e-40",
        "training.optimizer.weight-decay=none",
        "training.optimizer.clip-norm=0",
        "training.optimizer.clip-value=Infinity",
        "training.optimizer.schedule=cosine",
        "training.optimizer.schedule.type=linear",
        "training.optimizer.schedule.every=0",
        "training.optimizer.schedule.every=epoch",
        "training.optimizer.schedule.warm-up=0",
        "training.optimizer.schedule.warm-up=2 epochs",
        "training.optimizer.schedule.final-share=1",
        "training.world=0",
        "training.world=4097",
        "training.world=2.5",
        "training.world={ranks: 2}",
        "training.epochs=1e10",
        "training.epochs=1e999999999",
        "training.epochs=0x10",
        "training.batch-size=many",
        "training.shuffle=never",
        "training.wait-timeout=60",
        "training.wait-timeout=\"60\"",
        "training.wait-timeout=0s",
        "training.wait-timeout=-1s",
        "training.wait-timeout=25h",
        "training.wait-timeout=1 fortnight",
        "training.wait-timeout=",
        "training.optimizer.learning-rate=0",
        "training.optimizer.learning-rate=1e400",
        "training.optimizer.learning-rate=Infinity",
        "training.optimizer.beta1=1.0",
        "training.optimizer.beta2=-1e-9",
        "training.optimizer.epsilon=-1",
        "training.averaging.every=3",
        "training.averaging.every=0 steps",
        "training.averaging.every=3steps",
        "training.averaging.every=1.5 steps",
        "training.averaging.every=2 step",
        "training.averaging.merge=both",
        "training.averaging.optimizer-state=drop",
        "training.averaging.outer=nesterov",
        "training.averaging.outer.type=adam",
        "training.averaging.outer.learning-rate=0",
        "training.averaging.outer.momentum=1",
        "training.averaging.local-after-epoch=-1",
        "checkpoint.every=0",
        "checkpoint.keep=1001",
        "checkpoint.dir=",
        "checkpoint.timeout=60",
      })
  void shouldRefuseAWrongTypeOrAValueOutOfRange(String override) {
    String key = override.substring(0, override.indexOf('='));

    assertStartOfEach(
        faults(List.of(), override), "--set " + override.strip() + ": " + key + ": expected ");
  }

  @Test
  void shouldRefuseAValueInPlaceOfASectionOnlyOnce() {
    assertStartOfEach(
        faults(List.of(), "training=3"),
        "--set training=3: training: expected a section { world, epochs, early-stopping, batch-size, ");
    assertStartOfEach(
        faults(List.of(), "model.batch-norm=false"),
        "--set model.batch-norm=false: model.batch-norm: expected a section { enabled, ");
    assertStartOfEach(faults(List.of(), "model=null"), "--set model=null: model: expected a sec");
  }

  @ParameterizedTest
  @CsvSource({"''", "training.epochs", "=3", ".epochs=3", "training..epochs=3", "a b:c=3"})
  void shouldRefuseAnOverrideThatIsNotKeyAndValue(String override) {
    List<String> faults = faults(List.of(), override);

    assertStartOfEach(faults, "--set " + override + ": expected key=value, found=" + override);
  }

  @Test
  void shouldRefuseAMissingFile() {
    Path absent = folder.resolve("absent.conf");

    assertStartOfEach(
        faults(List.of(absent, folder), "run.seed=x"),
        absent + ": expected a readable file, found=nothing; ",
        folder + ": expected a readable file, found=something else; ",
        "--set run.seed=x: run.seed: ");
  }

  @Test
  void shouldRefuseAMissingInclude() throws IOException {
    Path plain = file("plain.conf", "include \"absent.conf\"");
    Path bare = file("bare.conf", "include \"absent\"");
    Path byFile = file("by-file.conf", "include file(\"" + folder.resolve("absent.conf") + "\")");
    Path byClassPath = file("by-class-path.conf", "include classpath(\"absent.conf\")");

    assertStartOfEach(
        faults(List.of(plain, bare, byFile, byClassPath)),
        plain + ": expected a readable file to include, found=include \"absent.conf\"; ",
        bare + ": expected a readable file to include, found=include \"absent\"; ",
        byFile + ": expected a readable file to include, found=include \"" + folder,
        byClassPath + ": expected a readable file to include, found=include \"absent.conf\"; ");
  }

  @Test
  void shouldRefuseAFileThatIncludesItself() throws IOException {
    Path file = file("run.conf", "include \"run.conf\"");

    assertStartOfEach(faults(List.of(file)), file + ": expected readable HOCON, found=include");
  }

  @Test
  void shouldReportASyntaxErrorWithItsLineAndFaultsOfOtherSources() throws IOException {
    Path broken = file("broken.conf", "run {\n  seed = 1\n  name = [\n}");
    file("included.conf", "a = b : c");
    Path including = file("including.conf", "include \"included.conf\"");

    List<String> faults = faults(List.of(broken, including), "run.seed=x");

    assertStartOfEach(
        faults,
        broken + ":4: expected readable HOCON, found=",
        folder.resolve("included.conf") + ":1: expected readable HOCON, found=",
        "--set run.seed=x: run.seed: ");
  }

  @Test
  void shouldReportEverySubstitutionThatCannotBeResolved() throws IOException {
    Path file =
        file(
            "run.conf",
            "run.name = ${no.name}\ntraining.epochs = x${no.epochs}\nmodel.hidden = [1, ${no.width}]"
                + "\ntraining.optimizer = ${no.optimizer} { beta1 = 0.5 }");

    List<String> faults = faults(List.of(file), "run.seed=${no.seed}");

    assertStartOfEach(
        faults,
        "--set run.seed=${no.seed}: run.seed: expected a value whose ${...} can be resolved",
        file + ":1: run.name: ",
        file + ":2: training.epochs: ",
        file + ":3: model.hidden: ",
        file + ":4: training.optimizer: ");
  }

  @Test
  void shouldReportACycleOfSubstitutions() throws IOException {
    Path file = file("run.conf", "training.epochs = ${a}\na = ${b}\nb = ${a}");

    assertStartOfEach(
        faults(List.of(file)),
        file + ":2: a: ",
        file + ":3: b: ",
        file + ":3: expected substitutions without a cycle, found=");
  }

  @Test
  void shouldCheckSubstitutedValues() throws IOException {
    Path file = file("run.conf", "run.seed = 0\ntraining.epochs = ${run.seed}");

    List<String> faults = faults(List.of(file));

    assertStartOfEach(
        faults, file + ":2: training.epochs: expected an integer of at least 1, found=0");
  }

  @Test
  void shouldReportKeysThatASubstitutionHides() throws IOException {
    Path hiding = file("hiding.conf", "model.batch-norm = ${run.seed}");
    Path again = file("again.conf", "model.batch-norm.enabled = true");

    List<String> faults = faults(List.of(hiding, again));

    assertEquals(4, faults.size(), faults.toString());
    assertTrue(faults.get(0).contains("model.batch-norm.momentum: expected "), faults.get(0));
    assertTrue(faults.get(0).contains("found=nothing"), faults.get(0));
  }

  @Test
  void shouldKeepEachFaultOnOneShortLine() {
    List<String> faults = faults(List.of(), "x={y=\"a\\nb" + "c".repeat(1000) + "\"}", "x=\n");

    assertEquals(2, faults.size(), faults.toString());
    assertTrue(faults.get(0).contains("ccc...; "), faults.get(0));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<String> faults(List<Path> files, String... overrides) {
    ConfigException thrown =
        assertThrows(ConfigException.class, () -> ConfigLoader.load(files, List.of(overrides)));
    return thrown.getMessage().lines().toList();
  }

  private static void assertStartOfEach(List<String> faults, String... starts) {
    assertEquals(starts.length, faults.size(), String.join("\n", faults));
    for (int i = 0; i < starts.length; i++) {
      assertTrue(faults.get(i).startsWith(starts[i]), faults.get(i));
    }
  }
}
