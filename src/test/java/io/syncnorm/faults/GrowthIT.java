package io.syncnorm.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.cli.CommandRun;
import io.syncnorm.submit.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a run continues on fewer executors, and spreads out when there are more. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class GrowthIT {
  private static final List<String> SETTINGS =
      Drill.with(
          Drill.COMMON,
          List.of("data.limit-train=20000", "data.limit-test=500", "training.epochs=80"));

  @TempDir private static Path folder;

  @Test
  void shouldSpreadOutAgainWhenTheExecutorIsBack() throws Exception {
    Path out = folder.resolve("disturbed");
    try (Drill drill = Drill.start(folder);
        Driver driver = drill.start(out, SETTINGS)) {
      driver.awaitEpoch(2);
      List<ProcessHandle> workers = driver.workers();
      signal("STOP", workers); // or they would start another executor at once
      try {
        driver.executors().get(0).destroyForcibly();
        driver.awaitText("attempt 1 of"); // so the next attempt has one slot
      } finally {
        signal("CONT", workers);
      }
      driver.awaitText("more task slots");
      Script.Outcome outcome = driver.outcome();
      assertEquals(0, outcome.code(), outcome.err());
    }
    assertEquals(undisturbed(), Drill.hash(out));
  }

  private static String undisturbed() throws IOException {
    List<String> words = new ArrayList<>(List.of("train"));
    Drill.with(SETTINGS, List.of("training.world=2"))
        .forEach(setting -> words.addAll(List.of("--set", setting)));
    Path out = folder.resolve("local");
    CommandRun.on("local[2]", words, out).done();
    return Drill.hash(out);
  }

  private static void signal(String name, List<ProcessHandle> processes) throws IOException {
    for (ProcessHandle process : processes) {
      Strike.signal(name, process);
    }
  }
}
