package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.idx.IdxReader;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.report.Json;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the smoke test with which users start, on real MNIST, from another folder and through a path
 * with a space.
 */
@Timeout(240)
class SmokeRunIT {
  private static final Path MNIST = LocalScript.HOME.resolve("data/mnist");

  /**
   * Difference allowed between two engines that compute in float, in different orders of summation.
   */
  private static final double PROBABILITY_TOLERANCE = 1e-5;

  /** The configuration promises about 0.9 for two ranks; chance is 0.1. */
  private static final double PLAUSIBLE_ACCURACY = 0.85;

  @TempDir static Path folder;
  private static LocalScript.Outcome run;
  private static RunResult result;
  private static Path directory;

  @BeforeAll
  static void runOnce() throws Exception {
    Path home = folder.resolve("my project");
    Files.createSymbolicLink(home, LocalScript.HOME);
    String conf = LocalScript.HOME.resolve("conf/smoke.conf").toString();
    try (LocalScript script =
        LocalScript.start(
            home,
            folder,
            Map.of(),
            "--config",
            conf,
            "--set",
            "training.world=2",
            "--set",
            "data.train-images=" + MNIST.resolve("train-images-idx3-ubyte.gz"),
            "--set",
            "data.train-labels=" + MNIST.resolve("train-labels-idx1-ubyte.gz"),
            "--set",
            "data.test-images=" + MNIST.resolve("t10k-images-idx3-ubyte.gz"),
            "--set",
            "data.test-labels=" + MNIST.resolve("t10k-labels-idx1-ubyte.gz"))) {
      run = script.await().done();
    }
    result = Json.read(run.out(), RunResult.class);
    directory = folder.resolve("runs").resolve(result.run());
  }

  @Test
  void shouldPrintTheResultAndNothingElse() throws Exception {
    assertEquals(1, run.out().lines().count(), run.out());
    String kept = Files.readString(directory.resolve("result.json"));
    assertEquals(Json.read(kept, RunResult.class), result);
  }

  @Test
  void shouldLearnMnist() {
    assertEquals(2, result.world());
    assertEquals(2, result.models().size());
    for (ModelResult model : result.models()) {
      assertEquals(3, model.epochs());
      assertTrue(model.testAccuracy() > PLAUSIBLE_ACCURACY, model.toString());
    }
  }

  @Test
  void shouldPrintOnlyItsProgressToStandardError() {
    assertTrue(run.err().contains("with-bn epoch 1/3"), run.err());
    assertTrue(run.err().contains("without-bn epoch 3/3"), run.err());
    assertTrue(run.err().contains("runs/" + result.run() + "/report.html"), run.err());
    assertFalse(run.err().contains("ERROR"), run.err());
    assertFalse(run.err().contains("Exception"), run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"with-bn", "without-bn"})
  void shouldWriteModelsThatPredictTheSameInPlainDl4j(String name) throws Exception {
    Configuration configuration =
        ConfigLoader.load(List.of(directory.resolve("config.conf")), List.of())
            .with(Keys.BATCH_NORM_ENABLED, name.equals("with-bn"))
            .with(Keys.CLASSES, 10);
    LabelledImages test =
        IdxReader.read(
            configuration.get(Keys.TEST_IMAGES),
            configuration.get(Keys.TEST_LABELS),
            configuration.get(Keys.CLASSES),
            IdxReader.NO_LIMIT,
            new org.apache.hadoop.conf.Configuration());
    assertEquals(10_000, test.count());
    Path zip = directory.resolve(name).resolve("model.zip");
    BothEngines engines = new BothEngines(zip, configuration, test.rowLength());
    BothEngines.Difference difference = engines.compare(test);
    assertEquals(0, difference.otherClasses());
    assertTrue(difference.largest() <= PROBABILITY_TOLERANCE, "largest=" + difference.largest());
    assertTrue(difference.accuracy() > PLAUSIBLE_ACCURACY, "accuracy=" + difference.accuracy());
  }
}
