package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests real processes that are terminated or killed, and the same command afterwards. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledRunTest {
  /** 128 + 15, the exit code that shells and schedulers use for SIGTERM. */
  private static final int TERMINATED = 143;

  /** Shorter than a scheduler's grace period, longer than a busy machine needs. */
  private static final long DEADLINE_SECONDS = 20;

  @TempDir static Path shared;
  private static List<String> command;
  private static RunFolder undisturbed;

  @TempDir Path folder;
  private Path out;

  @BeforeAll
  static void runUndisturbed() {
    command = SampleData.write(shared).command("train", "training.epochs=250", "model.hidden=[64]");
    Path runs = shared.resolve("runs");
    undisturbed = RunFolder.of(CommandRun.of(command, runs), runs);
  }

  @BeforeEach
  void chooseFolder() {
    out = folder.resolve("runs");
  }

  @Slow
  @Test
  void shouldStopCleanlyOnSigtermAndResumeLater() throws Exception {
    try (MlflowServer server = MlflowServer.start()) {
      List<String> tracked = new ArrayList<>(command);
      tracked.addAll(List.of("--mlflow", server.uri()));
      assertStopsCleanly(tracked);
      assertEquals("KILLED", server.status());
      tracked.addAll(List.of("--set", "checkpoint.keep=3"));
      assertResumesToTheModelOfAnUndisturbedRun(tracked);
      assertEquals("FINISHED", server.status());
      assertEquals("3", server.tag("checkpoint.keep"));
      assertEquals("250", server.param("training.epochs"));
      assertEquals(1, server.metric("with-bn/test_accuracy", 250).size());
    }
  }

  private void assertStopsCleanly(List<String> tracked) throws Exception {
    try (ProcessRun run = new ProcessRun(tracked, out)) {
      run.awaitLine("with-bn epoch 3/");
      run.terminate();
      assertEquals(TERMINATED, run.exitCode(DEADLINE_SECONDS), run.err());
      assertTrue(run.err().contains("stopped by a signal"), run.err());
      assertFalse(run.err().contains("\tat "), run.err());
      assertFalse(run.err().contains("error:"), run.err());
    }
  }

  @Test
  void shouldResumeAfterItWasKilled() throws Exception {
    try (ProcessRun run = new ProcessRun(command, out)) {
      run.awaitLine("with-bn epoch 3/");
      run.kill();
      run.exitCode(DEADLINE_SECONDS);
    }
    assertResumesToTheModelOfAnUndisturbedRun(command);
  }

  private void assertResumesToTheModelOfAnUndisturbedRun(List<String> same) throws IOException {
    try (Stream<Path> directories = Files.list(out).filter(Files::isDirectory)) {
      assertFalse(Files.exists(directories.findFirst().orElseThrow().resolve("result.json")));
    }
    CommandRun again = CommandRun.of(same, out);
    RunFolder resumed = RunFolder.of(again, out);
    assertTrue(again.err().contains("with-bn resumes after epoch"), again.err());
    assertFalse(again.err().contains("is not used"), again.err());
    assertEquals(
        undisturbed.parametersHash(RunFolder.MODEL), resumed.parametersHash(RunFolder.MODEL));
    assertEquals(251, resumed.text("metrics.csv").lines().count());
  }
}
