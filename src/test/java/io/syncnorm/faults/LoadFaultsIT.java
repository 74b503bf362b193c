package io.syncnorm.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncnorm.Slow;
import io.syncnorm.benchmark.LargeData;
import io.syncnorm.submit.Script;
import io.syncnorm.submit.SparkArchive;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kills an executor while rows are loading, on a cluster that has another one. */
@Slow
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@ExtendWith(SparkArchive.class)
class LoadFaultsIT {
  /** 240,000 rows: enough tasks to hit one, in a second. */
  private static final int COPIES = 4;

  @TempDir private static Path folder;
  private static Drill drill;
  private static List<String> settings;
  private static String expected;

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    assumeTrue(OpenFiles.areVisible(), "this machine does not show files of other processes");
    LargeData.writeIdx(folder, COPIES);
    settings =
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
    drill = Drill.start(folder);
    Path out = folder.resolve("undisturbed");
    try (Driver driver = drill.start(out, settings)) {
      Script.Outcome outcome = driver.outcome();
      assertEquals(0, outcome.code(), outcome.err());
    }
    expected = Drill.hash(out);
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (drill != null) {
      drill.close();
    }
  }

  /**
   * @param file what an executor has open at that moment
   * @param message what the driver then says
   */
  @ParameterizedTest
  @CsvSource({
    "packing, rdd_\\d+_[1-9], 'an executor was lost; its tasks run again'",
    "loading, syncnorm-rows-, 'attempt 1 of 3 ended after epoch 0 of 1'"
  })
  void shouldTrainTheModelOfTheUndisturbedRun(String moment, String file, String message)
      throws Exception {
    Path out = folder.resolve(moment);
    Script.Outcome outcome;
    try (Driver driver = drill.start(out, settings)) {
      driver.awaitExecutorWith(file).destroyForcibly();
      outcome = driver.outcome();
    }
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains(message), outcome.err());
    assertEquals(expected, Drill.hash(out));
    drill.forgetRuns();
  }
}
