package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.report.ModelResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests repeating a command, after an interrupted run and after a complete one. */
@Timeout(180)
class ResumeTest {
  private static final String EPOCHS = "training.epochs=4";

  @TempDir static Path shared;

  /** The outcome of {@link #command}, which does not depend on the data's folder. */
  private static RunFolder undisturbed;

  @TempDir Path folder;
  private SampleData data;
  private List<String> command;
  private Path out;

  @BeforeAll
  static void runUndisturbed() {
    Path runs = shared.resolve("runs");
    List<String> words = SampleData.write(shared).command("compare", EPOCHS);
    undisturbed = RunFolder.of(CommandRun.of(words, runs), runs);
  }

  @BeforeEach
  void writeData() {
    data = SampleData.write(folder);
    command = data.command("compare", EPOCHS);
    out = folder.resolve("runs");
  }

  @Test
  void shouldResumeFromTheLastCheckpointsToTheModelsOfAnUndisturbedRun() throws IOException {
    InterruptedRun.of(command, out, "without-bn", 2);
    assertEquals(
        List.of("with-bn-3.ckpt", "with-bn-4.ckpt", "without-bn-1.ckpt", "without-bn-2.ckpt"),
        checkpoints());

    CommandRun again = CommandRun.of(command, out);

    RunFolder resumed = RunFolder.of(again, out);
    assertTrue(again.err().contains("with-bn resumes after epoch 4/4"), again.err());
    assertTrue(again.err().contains("without-bn resumes after epoch 2/4"), again.err());
    assertFalse(again.err().contains("without-bn epoch 2/4"), again.err());
    resumed.assertSameOutcome(undisturbed);
  }

  /** Recalibration after every epoch, and because there are too few steps. */
  @Slow
  @ParameterizedTest
  @ValueSource(strings = {"model.batch-norm.recalibrate=40", "model.batch-norm.momentum=0.99"})
  void shouldResumeTheVelocityOfTheOuterOptimizerAndRecalibratedStatistics(String setting)
      throws IOException {
    command =
        data.command(
            "compare", "training.epochs=4", "training.averaging.outer.type=nesterov", setting);
    RunFolder expected = undisturbed();
    InterruptedRun.of(command, out, "with-bn", 2);

    RunFolder resumed = RunFolder.of(CommandRun.of(command, out), out);

    resumed.assertSameOutcome(expected);
    assertEquals(expected.layers(), resumed.layers());
  }

  @Slow
  @ParameterizedTest
  @ValueSource(strings = {"with-bn", "without-bn"})
  void shouldStopEarlyWithTheModelsOfAnUndisturbedRun(String model) throws IOException {
    command =
        data.command(
            "compare",
            "training.epochs=30",
            "training.early-stopping=2",
            "run.seed=3",
            "training.optimizer.learning-rate=0.3");
    RunFolder expected = undisturbed();
    int first = expected.result().models().get(0).epochs();
    int best =
        expected.result().models().stream()
            .filter(each -> each.name().equals(model))
            .mapToInt(ModelResult::bestEpoch)
            .sum();
    InterruptedRun.of(command, out, model, best + 1);

    CommandRun again = CommandRun.of(command, out);

    RunFolder.of(again, out).assertSameOutcome(expected);
    String from = String.format(Locale.ROOT, "%s resumes after epoch %d/30", model, best + 1);
    assertTrue(again.err().contains(from), again.err());
    String stopped =
        String.format(Locale.ROOT, "with-bn: stopped early after epoch %d/30; ", first);
    assertTrue(again.err().contains(stopped), again.err());
    String trained = String.format(Locale.ROOT, "with-bn epoch %d/30", first);
    assertEquals(model.equals("with-bn"), again.err().contains(" " + trained), again.err());
    CommandRun third = CommandRun.of(command, out).done();
    assertEquals(again.out(), third.out(), "complete");
  }

  @Test
  void shouldUseThePreviousCheckpointIfTheLastIsTruncated() throws IOException {
    InterruptedRun.of(command, out, "with-bn", 3);
    Path torn = checkpoint("with-bn-3.ckpt");
    SampleData.tear(torn);

    CommandRun again = CommandRun.of(command, out);

    assertTrue(again.err().contains(torn + " is not used: truncated or altered"), again.err());
    assertTrue(again.err().contains("with-bn resumes after epoch 2/4"), again.err());
    RunFolder.of(again, out).assertSameOutcome(undisturbed);
  }

  @Test
  void shouldUseThePreviousCheckpointIfTheLastIsAFolder() throws IOException {
    InterruptedRun.of(command, out, "with-bn", 3);
    Path file = checkpoint("with-bn-3.ckpt");
    Files.delete(file);
    Files.createDirectory(file);
    Files.writeString(file.resolve("content"), "any");

    CommandRun again = CommandRun.of(command, out);

    assertTrue(again.err().contains(file + " is not used: "), again.err());
    assertTrue(again.err().contains("with-bn resumes after epoch 2/4"), again.err());
    RunFolder.of(again, out).assertSameOutcome(undisturbed);
  }

  @Test
  void shouldTrainFromScratchIfNoCheckpointIsIntact() throws IOException {
    InterruptedRun.of(command, out, "with-bn", 2);
    Files.write(checkpoint("with-bn-2.ckpt"), new byte[0]);
    Path altered = checkpoint("with-bn-1.ckpt");
    byte[] bytes = Files.readAllBytes(altered);
    bytes[bytes.length / 2] ^= 1;
    Files.write(altered, bytes);

    CommandRun again = CommandRun.of(command, out);

    assertTrue(again.err().contains("with-bn-2.ckpt is not used"), again.err());
    assertTrue(again.err().contains("with-bn-1.ckpt is not used"), again.err());
    assertFalse(again.err().contains("resumes after"), again.err());
    RunFolder.of(again, out).assertSameOutcome(undisturbed);
  }

  @Test
  void shouldRefuseCheckpointsOfAnotherConfigurationUnlessStartingFromScratch() throws IOException {
    InterruptedRun.of(command, out, "with-bn", 1);
    Path ours = checkpoint("with-bn-1.ckpt");
    Path others = folder.resolve("others");
    List<String> other = data.command("compare", "training.epochs=4", "run.seed=7");
    InterruptedRun.of(other, others, "with-bn", 1);
    Files.copy(
        others.resolve(name(others)).resolve("checkpoints/with-bn-1.ckpt"),
        checkpoint("with-bn-2.ckpt"));
    Files.delete(ours);
    Files.move(checkpoint("with-bn-2.ckpt"), ours);

    CommandRun.of(command, out)
        .assertFailed(
            ExitCode.USAGE,
            ours + " belongs to another run",
            "hash of configuration",
            "--resume never");
    CommandRun scratch = CommandRun.of(command, out, "--resume", "never").done();
    assertTrue(scratch.err().contains("with-bn epoch 1/4"), scratch.err());
  }

  @Test
  void shouldRefuseTheCheckpointOfOtherData() throws IOException {
    InterruptedRun.of(command, out, "with-bn", 1);
    Path ours = checkpoint("with-bn-1.ckpt");
    data.writeSet("train", SampleData.TRAIN_ROWS, 4, 3);
    CommandRun.of(command, out, "--resume", ours.toString())
        .assertFailed(
            ExitCode.USAGE,
            ours + " belongs to another run",
            "expected data.train-images=SHA-256 ",
            "found SHA-256 ");
    Path others = folder.resolve("others");
    InterruptedRun.of(command, others, "with-bn", 1);
    Path taken = others.resolve(name(others)).resolve("checkpoints/with-bn-1.ckpt");
    Files.copy(ours, taken, StandardCopyOption.REPLACE_EXISTING);
    CommandRun.of(command, others)
        .assertFailed(ExitCode.USAGE, taken + " belongs to another run", "data.train-images");
  }

  @Test
  void shouldPrintTheResultOfAFinishedRunWithoutTraining() throws IOException {
    CommandRun first = CommandRun.of(command, out).done();
    CommandRun again = CommandRun.of(command, out).done();
    assertEquals(first.out(), again.out());
    assertTrue(again.err().contains("already contains the finished run; --force"), again.err());
    assertFalse(again.err().contains("epoch 1/4"), again.err());
    assertEquals(
        first.out(), CommandRun.of(command, out, "--resume", "never", "--quiet").done().out());

    CommandRun forced = CommandRun.of(command, out, "--force").done();
    assertTrue(forced.err().contains("with-bn epoch 1/4"), forced.err());
    assertNotEquals(first.out(), forced.out(), "it took another time");
  }

  @Test
  void shouldTrainOnOtherDataInAnotherDirectory() throws IOException {
    RunFolder first = RunFolder.of(CommandRun.of(command, out), out);
    String before = first.text("result.json");
    data.writeSet("test", SampleData.TEST_ROWS, 4, 3);
    RunFolder other = RunFolder.of(CommandRun.of(command, out), out);
    assertNotEquals(first.path(), other.path());
    assertEquals(before, first.text("result.json"));

    Path taken = other.file("result.json");
    Files.writeString(taken, before);
    CommandRun.of(command, out)
        .assertFailed(ExitCode.USAGE, taken + " belongs to another run", "SHA-256", "--force");
    assertEquals(before, Files.readString(taken));
  }

  @Test
  void shouldWriteAndKeepCheckpointsAsConfigured() throws IOException {
    InterruptedRun.of(command, out, "with-bn", 2);
    List<String> seldom =
        data.command("compare", "training.epochs=4", "checkpoint.every=3", "checkpoint.keep=1000");
    CommandRun again = CommandRun.of(seldom, out).done();
    assertTrue(again.err().contains("with-bn resumes after epoch 2/4"), again.err());
    assertEquals(
        List.of(
            "with-bn-1.ckpt",
            "with-bn-2.ckpt",
            "with-bn-3.ckpt",
            "with-bn-4.ckpt",
            "without-bn-3.ckpt",
            "without-bn-4.ckpt"),
        checkpoints());
  }

  @Test
  void shouldResumeTheOptimizerOfEveryRankThatKeepsItsOwn() throws IOException {
    command =
        data.command("compare", "training.epochs=4", "training.averaging.optimizer-state=keep");
    RunFolder expected = undisturbed();
    InterruptedRun.of(command, out, "without-bn", 2);

    CommandRun again = CommandRun.of(command, out);

    assertTrue(again.err().contains("with-bn resumes after epoch 4/4"), again.err());
    assertTrue(again.err().contains("without-bn resumes after epoch 2/4"), again.err());
    RunFolder.of(again, out).assertSameOutcome(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"average", "keep"})
  void shouldResumeInsideAnEpoch(String optimizerState) throws IOException {
    // Long epochs: no step waits for a snapshot, so in a short one a busy machine might take none.
    data.writeSet("train", 20 * SampleData.TRAIN_ROWS, 4, 1);
    command =
        data.command(
            "train",
            "training.epochs=3",
            "training.batch-size=1",
            "training.averaging.every=2 steps",
            "training.averaging.optimizer-state=" + optimizerState,
            "checkpoint.every=2 steps",
            "checkpoint.keep=1000");
    RunFolder expected = undisturbed();
    InterruptedRun.of(command, out, "with-bn", 3);
    Pattern inside = Pattern.compile("with-bn-1\\.([0-9]+)\\.ckpt");
    int last =
        checkpoints().stream()
            .map(inside::matcher)
            .filter(Matcher::matches)
            .mapToInt(name -> Integer.parseInt(name.group(1)))
            .max()
            .orElseThrow();
    for (String name : checkpoints()) {
      if (name.startsWith("with-bn-2") || name.startsWith("with-bn-3")) {
        Files.delete(checkpoint(name));
      }
    }

    CommandRun again = CommandRun.of(command, out);

    String from = String.format(Locale.ROOT, "resumes at step %d of epoch 2", last);
    assertTrue(again.err().contains(from), again.err());
    RunFolder.of(again, out).assertSameOutcome(expected);
  }

  /** Ranks have equal optimizers until the second epoch ends. */
  @Slow
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void shouldResumeKeptOptimizersAfterAveragedGradients(int epoch) throws IOException {
    command =
        data.command(
            "compare",
            "training.epochs=4",
            "training.averaging.local-after-epoch=1",
            "training.averaging.optimizer-state=keep");
    RunFolder expected = undisturbed();
    InterruptedRun.of(command, out, "with-bn", epoch);

    RunFolder.of(CommandRun.of(command, out), out).assertSameOutcome(expected);
  }

  @Test
  void shouldResumeWithOtherOperationalSettings() throws IOException {
    InterruptedRun.of(command, out, "with-bn", 2);
    List<String> other =
        data.command(
            "compare",
            "training.epochs=4",
            "training.telemetry=off",
            "training.wait-timeout=19s",
            "training.load-timeout=59m",
            "training.min-slots=2",
            "training.slot-timeout=17s",
            "training.max-attempts=1",
            "data.memory=16m",
            "checkpoint.every=2",
            "checkpoint.keep=1",
            "checkpoint.timeout=21s");

    CommandRun again = CommandRun.of(other, out);

    assertTrue(again.err().contains("with-bn resumes after epoch 2/4"), again.err());
    RunFolder.of(again, out).assertSameOutcome(undisturbed);
    assertEquals(again.out(), CommandRun.of(command, out).done().out(), "it is the same run");
  }

  /** A directory of another name, so its checkpoints are named by hand. */
  @Test
  void shouldResumeUnderAnotherName() throws IOException {
    InterruptedRun.of(command, out, "with-bn", 2);
    Path from = checkpoint("any").getParent();

    CommandRun again =
        CommandRun.of(
            data.command("compare", "training.epochs=4", "run.name=other"),
            out,
            "--resume",
            from.toString());

    assertTrue(again.err().contains("with-bn resumes after epoch 2/4"), again.err());
    RunFolder.of(again, out).assertSameModels(undisturbed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.optimizer.learning-rate=0.5",
        "run.seed=7",
        "training.world=1",
        "training.averaging.optimizer-state=keep"
      })
  void shouldNameTheSettingOfAnotherRun(String setting) throws IOException {
    InterruptedRun.of(command, out, "with-bn", 1);
    String[] words = setting.split("=", 2);

    CommandRun.of(
            data.command("compare", "training.epochs=4", setting),
            out,
            "--resume",
            checkpoint("with-bn-1.ckpt").toString())
        .assertFailed(
            ExitCode.USAGE,
            "with-bn-1.ckpt belongs to another run",
            "(expected %s=%s, found ".formatted(words[0], words[1]));
  }

  @Test
  void shouldReportThatACheckpointCannotBeWritten() throws IOException {
    InterruptedRun.of(command, out, "with-bn", 1);
    Path file = checkpoint("with-bn-1.ckpt");
    Files.delete(file);
    Files.delete(file.getParent());
    Files.writeString(file.getParent(), "mine");
    CommandRun.of(command, out).assertFailed(ExitCode.RESOURCES, "cannot write", "with-bn-1.ckpt");
  }

  /** Runs a test's own command, in another folder. */
  private RunFolder undisturbed() {
    Path other = folder.resolve("undisturbed");
    return RunFolder.of(CommandRun.of(command, other), other);
  }

  private Path checkpoint(String name) throws IOException {
    return out.resolve(name(out)).resolve("checkpoints").resolve(name);
  }

  private List<String> checkpoints() throws IOException {
    try (Stream<Path> files = Files.list(checkpoint("any").getParent())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String name(Path runs) throws IOException {
    try (Stream<Path> directories = Files.list(runs).filter(Files::isDirectory)) {
      return directories.findFirst().orElseThrow().getFileName().toString();
    }
  }
}
