package io.syncnorm.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.Slow;
import io.syncnorm.submit.Script;
import io.syncnorm.submit.SparkArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a run continues on fewer executors, and spreads out when there are more. */
@Slow
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@ExtendWith(SparkArchive.class)
class GrowthIT {
  /** Many more than it trains until it is stopped: moving pays, however fast the machine is. */
  private static final int EPOCHS = 2000;

  /** Epochs after the last move, and before the first loss. */
  private static final int SOME = 2;

  /** 128 + 15, the exit code that shells and schedulers use for SIGTERM. */
  private static final int TERMINATED = 143;

  /** Without recalibration, which depends on the number of epochs to train. */
  private static final List<String> SETTINGS =
      Drill.with(
          Drill.COMMON,
          List.of(
              "data.limit-train=20000", "data.limit-test=500", "model.batch-norm.recalibrate=0"));

  @TempDir private static Path folder;

  @Test
  void shouldSpreadOutAgainWhenTheExecutorIsBack() throws Exception {
    Path out = folder.resolve("disturbed");
    try (Drill drill = Drill.start(folder);
        Driver driver = drill.start(out, ofEpochs(EPOCHS))) {
      driver.awaitEpoch(SOME);
      List<ProcessHandle> workers = driver.workers();
      signal("STOP", workers); // or they would start another executor at once
      try {
        driver.executors().get(0).destroyForcibly();
        driver.awaitText("attempt 1 of"); // so the next attempt has one slot
      } finally {
        signal("CONT", workers);
      }
      driver.awaitText("more task slots; paused"); // and the first step there is done
      driver.awaitEpoch(epochs(out).size() + SOME);
      driver.process().destroy();
      Script.Outcome outcome = driver.outcome();
      assertEquals(TERMINATED, outcome.code(), outcome.err());
    }
    List<String> found = epochs(out);
    Path local = folder.resolve("local");
    LocalRun.train(local, ofEpochs(found.size()));
    assertEquals(epochs(local), found);
  }

  private static List<String> ofEpochs(int epochs) {
    return Drill.with(SETTINGS, List.of("training.epochs=" + epochs));
  }

  /** The losses and accuracies of each epoch in full precision, which any other model changes. */
  private static List<String> epochs(Path out) throws IOException {
    return Files.readAllLines(Driver.files(out, "metrics.csv").get(0)).stream()
        .skip(1)
        .map(line -> String.join(",", Arrays.copyOf(line.split(","), 6)))
        .toList();
  }

  private static void signal(String name, List<ProcessHandle> processes) throws IOException {
    for (ProcessHandle process : processes) {
      Strike.signal(name, process);
    }
  }
}
