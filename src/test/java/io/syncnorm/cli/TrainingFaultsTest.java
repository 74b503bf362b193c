package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.experiment.ResumeMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests training that cannot start, or fails. */
@Timeout(120)
class TrainingFaultsTest {
  private static final String[] DIVERGING = {
    "training.optimizer.type=sgd",
    "training.optimizer.learning-rate=1e30",
    "model.batch-norm.enabled=false"
  };

  @TempDir Path folder;
  private SampleData data;
  private Path out;

  @BeforeEach
  void writeData() {
    data = SampleData.write(folder);
    out = folder.resolve("runs");
  }

  @Test
  void shouldRefuseAPlanWithAStepOfOneRow() {
    CommandRun.of(data.command("compare", "training.world=1", "training.batch-size=59"), out)
        .assertFailed(ExitCode.USAGE, "at least 2 rows", "found rows=1", "training.batch-size=59");
  }

  @Test
  void shouldReportThatTrainingDiverged() throws IOException {
    CommandRun.of(data.command("train", DIVERGING), out)
        .assertFailed(
            ExitCode.DIVERGED, "training diverged", "epoch=1", "training.optimizer.learning-rate");
    assertFalse(Files.exists(runDirectory().resolve("result.json")));
    assertTrue(Files.exists(runDirectory().resolve("config.conf")));
  }

  @Test
  void shouldPrintTheStackTraceOnRequest() {
    CommandRun run = CommandRun.of(data.command("train", DIVERGING), out, "--verbose");
    assertEquals(ExitCode.DIVERGED.code(), run.code());
    assertTrue(run.error().contains("DivergedException"), run.error());
    assertTrue(run.error().contains("\tat io.syncnorm.train"), run.error());
  }

  @Test
  void shouldRemoveTheResultOfAnEarlierRunWhenARunFails() throws IOException {
    List<String> command = data.command("compare");
    CommandRun.of(command, out).done();
    Path result = runDirectory().resolve("result.json");
    assertTrue(Files.exists(result));
    InterruptedRun.of(command, out, "with-bn", 1, new ResumeMode.Force());
    assertFalse(Files.exists(result));
  }

  /**
   * Rank 1 gets no row, so it reaches the merge at once, while rank 0 first computes with millions
   * of parameters in every epoch.
   */
  @Test
  void shouldNameTheRankThatTimedOut() {
    CommandRun.of(
            data.command(
                "train",
                "data.limit-train=1",
                "data.limit-test=1",
                "model.hidden=[2000,2000]",
                "model.batch-norm.enabled=false",
                "training.epochs=5",
                "training.wait-timeout=1ms",
                "training.max-attempts=1"),
            out)
        .assertFailed(ExitCode.RANK_LOST, "is late", "training.wait-timeout = 1 ms");
  }

  private Path runDirectory() throws IOException {
    try (Stream<Path> directories = Files.list(out).filter(Files::isDirectory)) {
      return directories.findFirst().orElseThrow();
    }
  }
}
