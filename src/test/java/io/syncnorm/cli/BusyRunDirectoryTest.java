package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.experiment.RunDirectory;
import io.syncnorm.report.Json;
import io.syncnorm.report.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests two concurrent runs of the same configuration. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BusyRunDirectoryTest {
  @TempDir Path folder;
  private List<String> command;
  private Path out;
  private Path directory;
  private SampleData data;

  @BeforeEach
  void runOnce() {
    data = SampleData.write(folder);
    command = data.command("train", "training.epochs=1");
    out = folder.resolve("runs");
    directory =
        out.resolve(Json.read(CommandRun.of(command, out).done().out(), RunResult.class).run());
  }

  @Test
  void shouldNotTouchARunDirectoryThatThisProcessHolds() throws IOException {
    byte[] result = Files.readAllBytes(directory.resolve("result.json"));
    try (RunDirectory held = RunDirectory.open(directory)) {
      CommandRun.of(command, out, "--force")
          .assertFailed(ExitCode.BUSY, "holds the run directory", held.path().toString());
    }
    assertArrayEquals(result, Files.readAllBytes(directory.resolve("result.json")));
    CommandRun.of(command, out, "--force").done();
  }

  @Test
  void shouldReportABusyDirectoryBeforeWaitingForSlots() {
    List<String> command = data.command("train", "training.epochs=1", "training.world=2");
    Path held =
        out.resolve(Json.read(CommandRun.of(command, out).done().out(), RunResult.class).run());
    try (RunDirectory directory = RunDirectory.open(held)) {
      CommandRun.on("local[1]", command, out)
          .assertFailed(ExitCode.BUSY, directory.path().toString());
    }
  }

  @Test
  void shouldNotTouchARunDirectoryThatAnotherProcessHolds() throws Exception {
    Process holder = LockHolder.start(directory);
    try {
      CommandRun.of(command, out)
          .assertFailed(ExitCode.BUSY, "another process holds", directory.toString());
    } finally {
      holder.destroyForcibly();
    }
    assertTrue(holder.waitFor(60, TimeUnit.SECONDS), "still running after 60 s");
    CommandRun.of(command, out, "--force")
        .done(); // a lock ends with its process, however the process ends
  }

  /** As when two schedulers visit a grid that is complete. */
  @Test
  void shouldReadAFinishedRunThatAnotherProcessReads() throws Exception {
    Process looking = LockHolder.startReading(directory);
    try {
      assertTrue(CommandRun.of(command, out).done().err().contains("finished"));
      CommandRun.of(command, out, "--force").assertFailed(ExitCode.BUSY, directory.toString());
    } finally {
      looking.destroyForcibly();
    }
  }
}
