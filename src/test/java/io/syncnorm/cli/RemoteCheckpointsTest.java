package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.files.RemoteFileSystem;
import io.syncnorm.files.RemoteFileSystem.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests checkpoints on another file system than the run directory, with its faults. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RemoteCheckpointsTest {
  @TempDir static Path shared;
  private static SampleData data;
  private static RunFolder undisturbed;

  @TempDir Path folder;
  private List<String> command;
  private Path out;

  @BeforeAll
  static void runUndisturbed() {
    data = SampleData.write(shared);
    Path out = shared.resolve("runs");
    undisturbed =
        RunFolder.of(CommandRun.of(data.command("compare", "training.epochs=4"), out), out);
  }

  @BeforeEach
  void chooseFolders() {
    command =
        data.command(
            "compare",
            "training.epochs=4",
            "checkpoint.dir=\"%s:%s\"".formatted(RemoteFileSystem.SCHEME, folder.resolve("far")));
    out = folder.resolve("runs");
  }

  @AfterEach
  void heal() {
    RemoteFileSystem.heal();
  }

  @Test
  void shouldResumeFromThemWithoutTheRunDirectory() throws IOException {
    InterruptedRun.of(command, out, "without-bn", 2);
    Path elsewhere = folder.resolve("elsewhere");

    CommandRun again = CommandRun.of(command, elsewhere);

    assertTrue(again.err().contains("without-bn resumes after epoch 2/4"), again.err());
    RunFolder resumed = RunFolder.of(again, elsewhere);
    resumed.assertSameOutcome(undisturbed);
    assertFalse(Files.exists(resumed.file("checkpoints")));
    assertEquals(
        List.of("with-bn-3.ckpt", "with-bn-4.ckpt", "without-bn-3.ckpt", "without-bn-4.ckpt"),
        far());
  }

  @Test
  void shouldUseThePreviousCheckpointIfTheLastCannotBeRead() throws IOException {
    InterruptedRun.of(command, out, "with-bn", 3);
    RemoteFileSystem.strike(Fault.FORBIDDEN, "with-bn-3.ckpt");

    CommandRun again = CommandRun.of(command, out);

    assertTrue(again.err().contains("with-bn-3.ckpt is not used: Permission denied"), again.err());
    assertTrue(again.err().contains("with-bn resumes after epoch 2/4"), again.err());
    RunFolder.of(again, out).assertSameOutcome(undisturbed);
  }

  @Slow
  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"FULL", "RENAMES_NOT", "HANGS"})
  void shouldLoseOnlyTheEpochThatCannotBeWritten(Fault fault) throws IOException {
    RemoteFileSystem.strike(fault, "with-bn-3.ckpt");
    List<String> impatient =
        Stream.concat(command.stream(), Stream.of("--set", "checkpoint.timeout=5s")).toList();

    CommandRun.of(impatient, out)
        .assertFailed(
            ExitCode.RESOURCES,
            "cannot write to remote:",
            "with-bn-3.ckpt",
            fault == Fault.FULL ? "No space left on device" : "",
            "the same command resumes");
    assertTrue(far().containsAll(List.of("with-bn-1.ckpt", "with-bn-2.ckpt")), far().toString());
    assertFalse(far().contains("with-bn-3.ckpt"), far().toString());

    RemoteFileSystem.heal();
    CommandRun again = CommandRun.of(command, out);
    assertTrue(again.err().contains("with-bn resumes after epoch 2/4"), again.err());
    RunFolder.of(again, out).assertSameOutcome(undisturbed);
  }

  @Test
  void shouldReportAnUnknownFileSystemBeforeTraining() {
    List<String> lost = data.command("train", "checkpoint.dir=\"nowhere://host/x\"");
    CommandRun.of(lost, out)
        .assertFailed(
            ExitCode.RESOURCES, "cannot write to checkpoint.dir = nowhere://host/x: ", "scheme");
    lost.set(0, "check");
    CommandRun check = CommandRun.of(lost, out);
    assertEquals(ExitCode.RESOURCES.code(), check.code(), check.err());
    assertTrue(check.err().contains("nowhere://host/x"), check.err());
  }

  private List<String> far() throws IOException {
    try (Stream<Path> files =
        Files.list(folder.resolve("far").resolve(undisturbed.result().run()))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
