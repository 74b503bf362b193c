package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.experiment.Pruning;
import io.syncnorm.experiment.RunDirectory;
import io.syncnorm.files.RemoteFileSystem;
import io.syncnorm.report.ModelResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that differs from an earlier one in more epochs, on two ranks with Adam. */
@Timeout(180)
class MoreEpochsTest {
  private static final int EPOCHS = 5;

  @TempDir static Path shared;
  private static SampleData data;

  /** All epochs at once. */
  private static RunFolder undisturbed;

  @TempDir Path folder;
  private Path out;

  @BeforeAll
  static void runUndisturbed() {
    data = SampleData.write(shared);
    undisturbed = run(shared.resolve("runs"), EPOCHS);
  }

  @BeforeEach
  void chooseFolder() {
    out = folder.resolve("runs");
  }

  @Test
  void shouldContinueTheLongestRunToTheModelsOfAllEpochsAtOnce() throws IOException {
    run(out, 2);
    RunFolder shorter = run(out, 3);
    Map<String, String> before = hashes(shorter);

    CommandRun longer = CommandRun.of(compare(EPOCHS), out);

    assertContinues(longer, "with-bn", 3, shorter);
    assertContinues(longer, "without-bn", 3, shorter);
    assertFalse(longer.err().contains("with-bn epoch 3/5"), longer.err());
    assertSameAsAtOnce(longer);
    assertEquals(before, hashes(shorter));
    CommandRun again = CommandRun.of(compare(EPOCHS), out).done();
    assertTrue(again.err().contains("already contains the finished run"), again.err());
  }

  @Test
  void shouldContinueEachModelOfAnInterruptedRunFromItsNewestGoodCheckpoint() throws IOException {
    InterruptedRun.of(compare(4), out, "without-bn", 2);
    RunFolder shorter = onlyOne();
    Path torn = shorter.file("checkpoints/with-bn-4.ckpt");
    SampleData.tear(torn);

    CommandRun longer = CommandRun.of(compare(EPOCHS), out);

    assertTrue(longer.err().contains(torn + " is not used: truncated"), longer.err());
    assertContinues(longer, "with-bn", 3, shorter);
    assertContinues(longer, "without-bn", 2, shorter);
    assertSameAsAtOnce(longer);
  }

  @Test
  void shouldPreferTheLatestEpochAndItsOwnCheckpoints() throws IOException {
    InterruptedRun.of(compare(4), out, "with-bn", 1);
    RunFolder three = run(out, 3);
    InterruptedRun.of(compare(EPOCHS), out, "with-bn", 4);

    CommandRun longer = CommandRun.of(compare(EPOCHS), out);

    assertTrue(longer.err().contains("with-bn resumes after epoch 4/5"), longer.err());
    assertContinues(longer, "without-bn", 3, three);
    assertSameAsAtOnce(longer);
  }

  @Slow
  @Test
  void shouldTrainFromScratchWhenToldToOrWhereTheOtherRunCannotBeHad() throws IOException {
    RunFolder shorter = run(out, 3);
    CommandRun never = CommandRun.of(compare(4), out, "--resume", "never").done();
    assertTrue(never.err().contains("with-bn epoch 1/4"), never.err());
    CommandRun force = CommandRun.of(compare(4), out, "--force").done();
    assertTrue(force.err().contains("with-bn epoch 1/4"), force.err());
    Path four = RunFolder.of(force, out).path();
    new Pruning(shorter.path()).removeCheckpoints();
    CommandRun busy;
    try (RunDirectory held = RunDirectory.open(four)) {
      busy = CommandRun.of(compare(EPOCHS), out);
      assertEquals(four, held.path());
    }
    assertTrue(busy.err().contains("(training.epochs = 4): another process"), busy.err());
    assertTrue(busy.err().contains("with-bn epoch 1/5"), busy.err());
    assertSameAsAtOnce(busy);

    new Pruning(four).removeCheckpoints();
    new Pruning(out.resolve(undisturbed.result().run())).removeCheckpoints();
    CommandRun pruned = CommandRun.of(compare(EPOCHS + 1), out).done();
    assertTrue(pruned.err().contains("(training.epochs = 5): it has no checkpoint"), pruned.err());
  }

  @Test
  void shouldSayWhyARunThatIsMeasuredOtherwiseIsNotContinued() throws IOException {
    RunFolder shorter = run(out, 1); // so few steps that its statistics are taken anew

    CommandRun longer = CommandRun.of(compare(EPOCHS), out);

    String said =
        "with-bn: does not continue run %s (training.epochs = 1): its epochs were measured with"
            .formatted(shorter.result().run());
    assertTrue(longer.err().contains(said), longer.err());
    assertTrue(longer.err().contains("with-bn epoch 1/5"), longer.err());
    assertContinues(longer, "without-bn", 1, shorter);
    assertSameAsAtOnce(longer);
  }

  @Test
  void shouldContinueTheOptimizerOfEveryRankThatKeepsItsOwn() throws IOException {
    String keep = "training.averaging.optimizer-state=keep";
    RunFolder shorter = run(out, 3, keep);

    CommandRun longer = CommandRun.of(compare(EPOCHS, keep), out);

    assertContinues(longer, "with-bn", 3, shorter);
    RunFolder.of(longer, out).assertSameOutcome(run(folder.resolve("at-once"), EPOCHS, keep));
  }

  @Slow
  @Test
  void shouldStopEarlyWhereAllEpochsAtOnceDo() throws IOException {
    String[] settings = {"training.early-stopping=2", "training.optimizer.learning-rate=0.3"};
    RunFolder atOnce = run(folder.resolve("at-once"), 30, settings);
    ModelResult model = atOnce.result().models().get(0);
    RunFolder shorter = run(out, model.epochs() - 1, settings);

    CommandRun longer = CommandRun.of(compare(29, settings), out);
    assertContinues(longer, "with-bn", model.epochs() - 1, shorter, 29);
    RunFolder stopped = RunFolder.of(longer, out);

    CommandRun longest = CommandRun.of(compare(30, settings), out);

    assertContinues(longest, "with-bn", model.epochs(), stopped, 30);
    RunFolder.of(longest, out).assertSameOutcome(atOnce);
  }

  @Test
  void shouldContinueFromCheckpointsOnAnotherFileSystem() throws IOException {
    String far =
        "checkpoint.dir=\"%s:%s\"".formatted(RemoteFileSystem.SCHEME, folder.resolve("far"));
    RunFolder shorter = run(out, 3, far);

    CommandRun longer = CommandRun.of(compare(EPOCHS, far), out);

    assertContinues(longer, "with-bn", 3, shorter);
    assertSameAsAtOnce(longer);
  }

  private static RunFolder run(Path out, int epochs, String... settings) {
    return RunFolder.of(CommandRun.of(compare(epochs, settings), out), out);
  }

  private static List<String> compare(int epochs, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("training.epochs=" + epochs);
    return data.command("compare", all.toArray(String[]::new));
  }

  private static void assertContinues(CommandRun run, String model, int epoch, RunFolder from) {
    assertContinues(run, model, epoch, from, EPOCHS);
  }

  private static void assertContinues(
      CommandRun run, String model, int epoch, RunFolder from, int epochs) {
    String said =
        " %s: continues after epoch %s/%s from run %s"
            .formatted(model, epoch, epochs, from.path().getFileName());
    assertTrue(run.err().contains(said), run.err());
  }

  private void assertSameAsAtOnce(CommandRun run) throws IOException {
    RunFolder continued = RunFolder.of(run, out);
    continued.assertSameOutcome(undisturbed);
    assertEquals(undisturbed.layers(), continued.layers());
  }

  private RunFolder onlyOne() throws IOException {
    try (var files = Files.list(out).filter(Files::isDirectory)) {
      return new RunFolder(files.findFirst().orElseThrow(), null);
    }
  }

  private static Map<String, String> hashes(RunFolder folder) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    for (String file : folder.files()) {
      hashes.put(file, folder.fileHash(file));
    }
    return hashes;
  }
}
