package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests resuming from checkpoints that the user names. */
@Timeout(180)
class ResumePathTest {
  @TempDir static Path shared;
  private static SampleData data;
  private static List<String> command;
  private static RunFolder undisturbed;

  /** All checkpoints of an undisturbed run. */
  private static Path all;

  @TempDir Path folder;
  private Path out;

  @BeforeAll
  static void runUndisturbed() {
    data = SampleData.write(shared);
    command = data.command("compare", "training.epochs=4", "checkpoint.keep=9");
    Path out = shared.resolve("runs");
    undisturbed = RunFolder.of(CommandRun.of(command, out), out);
    all = undisturbed.file("checkpoints");
  }

  @BeforeEach
  void chooseFolder() {
    out = folder.resolve("runs");
  }

  @Test
  void shouldResumeFromAFileOfAnyNameAndTrainTheOtherModelFully() throws IOException {
    Path file = Files.copy(all.resolve("without-bn-2.ckpt"), folder.resolve("kept #1"));

    CommandRun run = CommandRun.of(command, out, "--resume", "file:" + file);

    assertTrue(run.err().contains("with-bn epoch 1/4"), run.err());
    assertTrue(run.err().contains("without-bn resumes after epoch 2/4"), run.err());
    RunFolder.of(run, out).assertSameOutcome(undisturbed);
  }

  @Test
  void shouldPreferTheNamedCheckpointToItsOwn() throws IOException {
    InterruptedRun.of(command, out, "without-bn", 3);

    CommandRun run =
        CommandRun.of(command, out, "--resume", all.resolve("without-bn-1.ckpt").toString());

    assertTrue(run.err().contains("with-bn resumes after epoch 4/4"), run.err());
    assertTrue(run.err().contains("without-bn resumes after epoch 1/4"), run.err());
    RunFolder.of(run, out).assertSameOutcome(undisturbed);
  }

  @Test
  void shouldResumeFromTheNewestIntactCheckpointOfEachModelInAFolder() throws IOException {
    for (String name : List.of("with-bn-1.ckpt", "with-bn-2.ckpt", "without-bn-4.ckpt")) {
      Files.copy(all.resolve(name), folder.resolve(name));
    }
    SampleData.tear(folder.resolve("with-bn-2.ckpt"));

    CommandRun run = CommandRun.of(command, out, "--resume", folder.toString());

    assertTrue(run.err().contains("with-bn-2.ckpt is not used: truncated"), run.err());
    assertTrue(run.err().contains("with-bn resumes after epoch 1/4"), run.err());
    assertTrue(run.err().contains("without-bn resumes after epoch 4/4"), run.err());
    RunFolder.of(run, out).assertSameOutcome(undisturbed);
  }

  @Test
  void shouldRefuseWhatItCannotResumeFrom() throws IOException {
    Path torn = Files.copy(all.resolve("with-bn-2.ckpt"), folder.resolve("torn.ckpt"));
    SampleData.tear(torn);
    assertRefused(torn, ExitCode.DATA, "cannot resume from " + torn, "truncated or altered");
    Path absent = folder.resolve("absent");
    assertRefused(absent, ExitCode.DATA, absent.toString(), "found nothing", "--resume auto");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertRefused(
        empty, ExitCode.DATA, "empty", "with-bn-<epoch>.ckpt or without-bn-<epoch>.ckpt", "none");
    assertFalse(Files.exists(out.resolve(undisturbed.result().run()).resolve("checkpoints")));
  }

  @Test
  void shouldRefuseACheckpointOfAnotherConfigurationOrModel() {
    Path named = all.resolve("with-bn-2.ckpt");
    List<String> other = data.command("compare", "training.epochs=4", "run.seed=7");
    CommandRun.of(other, out, "--resume", named.toString())
        .assertFailed(
            ExitCode.USAGE,
            named + " belongs to another run",
            "expected hash of configuration",
            "found");
    List<String> without =
        data.command("train", "training.epochs=4", "model.batch-norm.enabled=false");
    CommandRun.of(without, out, "--resume", named.toString())
        .assertFailed(ExitCode.USAGE, "expected model=without-bn, found with-bn");
  }

  private void assertRefused(Path named, ExitCode code, String... parts) {
    CommandRun.of(command, out, "--resume", named.toString()).assertFailed(code, parts);
  }
}
