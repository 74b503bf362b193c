package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.submit.Script.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares {@code submit/yarn.sh} on two NodeManagers with local mode. SPARK_HOME is not set: the
 * script uses the Spark jars that Maven resolved, including spark-yarn.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class YarnTrainingIT {
  private static final long EPOCHS_DEADLINE_SECONDS = 90;

  @TempDir private static Path folder;
  private static YarnCluster cluster;

  /** Local paths of the jars, for all tests but one: sending them takes ten seconds. */
  private static String jarsInPlace;

  @BeforeAll
  @Timeout(120)
  static void startCluster() throws Exception {
    String jars = Files.readString(Script.HOME.resolve("target/spark.classpath")).strip();
    jarsInPlace =
        Arrays.stream(jars.split(":"))
            .map(jar -> "local:" + jar)
            .collect(Collectors.joining(",", "spark.yarn.jars=", ""));
    cluster = YarnCluster.start(folder.resolve("yarn"), 2);
  }

  @AfterAll
  @Timeout(120)
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldTrainTheModelOfLocalModeBitForBit() throws Exception {
    List<String> settings = List.of("training.epochs=2", "training.world=2", "run.name=client");
    Outcome outcome = onYarn(List.of("--executors", "2"), settings);
    assertEquals(0, outcome.code(), outcome.err());
    JsonNode result = new ObjectMapper().readTree(outcome.lastLine());
    assertEquals("done", result.path("status").textValue());
    assertEquals(2, result.path("world").intValue());
    assertArrayEquals(local(settings), model("yarn"));
  }

  @Test
  void shouldTrainTheSameModelWithTheDriverOnANode() throws Exception {
    List<String> settings = List.of("training.epochs=2", "training.world=2", "run.name=cluster");
    Outcome outcome = onYarn(List.of("--deploy-mode", "cluster", "--conf", jarsInPlace), settings);
    assertEquals(0, outcome.code(), outcome.err());
    assertArrayEquals(local(settings), model("yarn"));
  }

  @Test
  void shouldReportTheNumberOfMissingSlots() throws Exception {
    Outcome outcome = onYarn(List.of("--conf", jarsInPlace), tooManyRanks());
    assertEquals(4, outcome.code(), outcome.err());
    assertTrue(
        outcome.err().contains("expected slots>=5 (training.min-slots), found slots=2"),
        outcome.err());
  }

  @Test
  void shouldReturnTheExitCodeOfADriverOnANode() throws Exception {
    Outcome outcome =
        onYarn(
            List.of(
                "--deploy-mode",
                "cluster",
                "--conf",
                jarsInPlace,
                "--conf",
                "spark.yarn.maxAppAttempts=1"),
            tooManyRanks());
    assertEquals(4, outcome.code(), outcome.err());
  }

  @Test
  void shouldEndWithTheSameModelWhenAnExecutorIsKilled() throws Exception {
    List<String> settings = List.of("training.epochs=60", "training.world=2", "run.name=killed");
    CompletableFuture<Void> killer = CompletableFuture.runAsync(this::killAnExecutorWhileItTrains);
    Outcome outcome = onYarn(List.of("--conf", jarsInPlace), settings);
    killer.join();
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains("attempt 1 of 3 ended after epoch"), outcome.err());
    assertArrayEquals(local(settings), model("yarn"));
  }

  /** Kills an executor after the first epochs, when there is progress to lose. */
  private void killAnExecutorWhileItTrains() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(EPOCHS_DEADLINE_SECONDS);
    try {
      while (epochsOfTheKilledRun() < 3) {
        assertTrue(System.nanoTime() < end, "no three epochs within the deadline");
        Thread.sleep(50);
      }
      List<ProcessHandle> executors = cluster.executors();
      assertEquals(2, executors.size());
      executors.get(0).destroyForcibly();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long epochsOfTheKilledRun() throws IOException {
    Path runs = folder.resolve("yarn-runs");
    if (!Files.exists(runs)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(runs)) {
      Path metrics =
          files
              .filter(file -> file.toString().contains("killed-") && file.endsWith("metrics.csv"))
              .findFirst()
              .orElse(null);
      return metrics == null ? 0 : Files.readAllLines(metrics).size() - 1;
    }
  }

  private static List<String> tooManyRanks() {
    return List.of(
        "training.min-slots=5", "training.world=5", "training.slot-timeout=2s", "run.name=slots");
  }

  private static Outcome onYarn(List<String> options, List<String> settings) throws IOException {
    List<String> words = new ArrayList<>(options);
    words.addAll(List.of("--java-home", System.getProperty("java.home")));
    for (String setting :
        List.of(
            "spark.yarn.stagingDir=" + folder.resolve("staging"),
            "spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1",
            "spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1")) {
      words.addAll(List.of("--conf", setting));
    }
    words.addAll(command("yarn", settings));
    return Script.of("yarn.sh")
        .with("HADOOP_CONF_DIR", cluster.configuration().toString())
        .with("SPARK_LOCAL_IP", "127.0.0.1")
        .run(words.toArray(String[]::new));
  }

  private static byte[] local(List<String> settings) throws IOException {
    Outcome outcome = Script.of("local.sh").run(command("local", settings).toArray(String[]::new));
    assertEquals(0, outcome.code(), outcome.err());
    return model("local");
  }

  private static byte[] model(String where) throws IOException {
    return TrainedModel.newest(folder.resolve(where + "-runs"));
  }

  /** Paths are absolute, because a driver on a node has its own working directory. */
  private static List<String> command(String where, List<String> settings) {
    Path mnist = Script.HOME.toAbsolutePath().resolve("data/mnist");
    List<String> all = new ArrayList<>(List.of("data.limit-train=6000", "data.limit-test=1000"));
    all.add("data.train-images=" + mnist.resolve("train-images-idx3-ubyte.gz"));
    all.add("data.train-labels=" + mnist.resolve("train-labels-idx1-ubyte.gz"));
    all.add("data.test-images=" + mnist.resolve("t10k-images-idx3-ubyte.gz"));
    all.add("data.test-labels=" + mnist.resolve("t10k-labels-idx1-ubyte.gz"));
    all.addAll(settings);
    List<String> words = new ArrayList<>(List.of("train", "--out"));
    words.add(folder.resolve(where + "-runs").toString());
    all.forEach(setting -> words.addAll(List.of("--set", setting)));
    return words;
  }
}
