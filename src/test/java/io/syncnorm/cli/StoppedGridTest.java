package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests grids that must stop within a cell, and the same command afterwards. */
@Slow
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoppedGridTest {
  /** 128 + 15, as the shells and schedulers know it. */
  private static final int TERMINATED = 143;

  /** Less than a scheduler's patience, more than a busy machine needs. */
  private static final long DEADLINE_SECONDS = 20;

  private static final int EPOCHS = 300;

  /** Ranks must not run ahead of the driver's writing, because trained epochs cannot be stopped. */
  private static final int ROWS = 6000;

  private static final int SIDE = 4;
  private static final int POLL_MILLIS = 5;

  @TempDir static Path shared;
  private static List<String> command;
  private static Map<String, String> undisturbed;

  @TempDir Path out;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    SampleData data = SampleData.write(shared);
    data.writeSet("train", ROWS, SIDE, 1);
    command =
        data.command(
            "experiment",
            "training.world=1",
            "checkpoint.every=5",
            "experiment.name=stopped",
            "experiment.command=train",
            String.format(Locale.ROOT, "experiment.axes.training.epochs=[%d,5]", EPOCHS));
    Path runs = shared.resolve("runs");
    CommandRun.of(command, runs).done();
    undisturbed = new GridFolder(runs).models();
  }

  @Test
  void shouldStopCleanlyOnSigtermAndResumeLater() throws Exception {
    GridFolder grid = new GridFolder(out);
    try (ProcessRun run = new ProcessRun(command, out)) {
      while (!grid.isWithinACellAfter(6)) {
        Thread.sleep(POLL_MILLIS);
      }
      run.terminate();
      assertEquals(TERMINATED, run.exitCode(DEADLINE_SECONDS), run.err());
      assertTrue(run.err().contains("training.epochs=300: stopped: "), run.err());
      assertTrue(run.err().contains("training.epochs=5: not run"), run.err());
      assertFalse(run.err().contains("error:"), run.err());
      assertFalse(run.err().contains("\tat "), run.err());
    }
    assertResumesToTheModelsOfAnUndisturbedGrid(out);
  }

  /** Runs in this JVM, so that Spark's start, which counts towards the limit, is short. */
  @Test
  void shouldStopWithinACellAtItsTimeLimitAndResumeLater() throws Exception {
    for (int seconds = 1; ; seconds *= 2) {
      Path runs = out.resolve("limit-" + seconds);
      CommandRun run = CommandRun.of(command, runs, "--limit-time", seconds + "s");
      assertEquals(ExitCode.UNFINISHED.code(), run.code(), run.err());
      if (new GridFolder(runs).isWithinACellAfter(6)) {
        assertTrue(run.err().contains(": stopped: "), run.err());
        assertResumesToTheModelsOfAnUndisturbedGrid(runs);
        return;
      }
    }
  }

  private static void assertResumesToTheModelsOfAnUndisturbedGrid(Path runs) throws IOException {
    GridFolder grid = new GridFolder(runs);
    List<String> interrupted = grid.runs("INTERRUPTED");
    assertEquals(1, interrupted.size());
    assertEquals(List.of(), grid.runs("FAILED"));
    Path cell = runs.resolve(interrupted.get(0));
    assertFalse(Files.exists(cell.resolve("result.json")));

    CommandRun again = CommandRun.of(command, runs).done();

    assertTrue(again.err().contains("resumes after epoch"), again.err());
    assertFalse(again.err().contains("is not used"), again.err());
    assertEquals(undisturbed, grid.models());
    assertEquals(EPOCHS + 1, Files.readAllLines(cell.resolve("metrics.csv")).size());
  }
}
