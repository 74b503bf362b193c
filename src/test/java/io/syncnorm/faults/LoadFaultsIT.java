package io.syncnorm.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncnorm.benchmark.LargeData;
import io.syncnorm.submit.Script;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills executors while rows are loading, on a cluster that has another one. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LoadFaultsIT {
  /** 240,000 rows: enough tasks to hit one, in a second. */
  private static final int COPIES = 4;

  @TempDir private static Path folder;

  @Test
  void shouldTrainTheModelOfTheUndisturbedRunIfExecutorsAreLostWhilePackingAndLoading()
      throws Exception {
    assumeTrue(OpenFiles.areVisible(), "this machine does not show files of other processes");
    LargeData.writeIdx(folder, COPIES);
    List<String> settings =
        List.of(
            "data.train-images=\"" + folder.resolve(LargeData.IMAGES) + "\"",
            "data.train-labels=\"" + folder.resolve(LargeData.LABELS) + "\"",
            "data.limit-test=500",
            "data.memory=0b",
            "model.hidden=[16]",
            "training.batch-size=1024",
            "training.epochs=1",
            "training.slot-timeout=30s",
            "run.name=load");
    Path out = folder.resolve("disturbed");
    try (Drill drill = Drill.start(folder);
        Driver driver = drill.start(out, settings)) {
      driver.awaitExecutorWith("rdd_\\d+_[1-9]").destroyForcibly();
      driver.awaitText("an executor was lost; its tasks run again");
      driver.awaitExecutorWith("syncnorm-rows-").destroyForcibly();
      Script.Outcome outcome = driver.outcome();
      assertEquals(0, outcome.code(), outcome.err());
      assertTrue(outcome.err().contains("attempt 1 of 3 ended after epoch 0 of 1"), outcome.err());
    }
    Path local = folder.resolve("local");
    LocalRun.train(local, settings);
    assertEquals(Drill.hash(local), Drill.hash(out));
  }
}
