package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.Slow;
import io.syncnorm.cli.CommandRun;
import io.syncnorm.ml.SyncBatchNormClassificationModel;
import io.syncnorm.ml.SyncBatchNormClassifier;
import io.syncnorm.submit.Script.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares ranks in separate executors, on Spark's Master and Workers, with local mode. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@ExtendWith(SparkArchive.class)
class ClusterTrainingIT {
  /** Each executor would copy it. */
  private static final String JAR_IN_PLACE = "local:" + Build.jobJar().toUri().getRawPath();

  @TempDir private static Path folder;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = StandaloneCluster.start(folder.resolve("cluster"), 3);
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldTrainTheModelOfLocalModeBitForBit() throws Exception {
    shouldTrainTheModelOfLocalModeBitForBit(8, 3);
  }

  @Slow
  @ParameterizedTest
  @CsvSource({"2, 2", "3, 3", "8, 2"})
  void shouldTrainTheModelOfLocalModeBitForBit(int world, int executors) throws Exception {
    List<String> settings = List.of("training.epochs=2", "training.world=" + world);
    Outcome outcome = onCluster(executors, settings);
    assertEquals(0, outcome.code(), outcome.err());
    JsonNode result = new ObjectMapper().readTree(outcome.lastLine());
    assertEquals("done", result.path("status").textValue());
    assertEquals(world, result.path("world").intValue());
    assertArrayEquals(local(world, settings), model("cluster"));
  }

  /** Executors start when there are tasks, and their number does not decide what is trained. */
  @Slow
  @Test
  void shouldTrainTheModelOfLocalModeUnderDynamicAllocation() throws Exception {
    List<String> settings =
        List.of("training.epochs=2", "training.world=4", "training.min-slots=2");
    Outcome executors = onCluster(2, settings, "--conf", "spark.dynamicAllocation.enabled=true");
    assertEquals(0, executors.code(), executors.err());
    assertArrayEquals(local(4, settings), model("cluster"));
  }

  /** Rows are read before ranks start, and Spark would wait for an executor without end. */
  @ParameterizedTest
  @ValueSource(strings = {"false", "true"})
  void shouldEndIfNoExecutorStarts(String isDynamic) throws Exception {
    List<String> settings =
        List.of("training.epochs=1", "training.world=2", "training.slot-timeout=2s");
    Outcome outcome =
        onCluster(
            2,
            settings,
            "--executor-memory",
            "9999g",
            "--conf",
            "spark.dynamicAllocation.enabled=" + isDynamic,
            "--conf",
            "spark.dynamicAllocation.shuffleTracking.enabled=" + isDynamic,
            "--conf",
            "spark.scheduler.maxRegisteredResourcesWaitingTime=2s");
    assertEquals(4, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains("expected slots>=1"), outcome.err());
  }

  /** Rows are read by executors, dealt in a shuffle between them, and trained on in place. */
  @Test
  void shouldFitTheEstimatorsModelOfLocalModeBitForBit() throws IOException {
    SyncBatchNormClassificationModel onExecutors;
    SyncBatchNormClassificationModel local;
    List<Row> rows;
    try (SparkSession spark = session(cluster.master())) {
      onExecutors = fit(spark);
      rows = images(spark).limit(20).collectAsList();
    }
    try (SparkSession spark = session("local[2]")) {
      local = fit(spark);
    }
    assertArrayEquals(local.summary().objectiveHistory(), onExecutors.summary().objectiveHistory());
    assertEquals(20, rows.size());
    for (Row row : rows) {
      Vector features = row.getAs("features");
      assertEquals(local.predictRaw(features), onExecutors.predictRaw(features));
    }
  }

  private static SyncBatchNormClassificationModel fit(SparkSession spark) {
    return new SyncBatchNormClassifier()
        .setNumWorkers(2)
        .setMaxIter(1)
        .setHiddenLayers(32)
        .fit(images(spark));
  }

  private static Dataset<Row> images(SparkSession spark) {
    Path mnist = LocalScript.HOME.resolve("data/mnist");
    return spark
        .read()
        .format("idx")
        .option("images", mnist.resolve("t10k-images-idx3-ubyte.gz").toString())
        .option("labels", mnist.resolve("t10k-labels-idx1-ubyte.gz").toString())
        .option("partitions", "3")
        .load()
        .where("label < 2"); // about two thousand rows
  }

  /**
   * Starts a session whose driver is this process; the executors load its classes from the job jar.
   */
  private static SparkSession session(String master) throws IOException {
    return SparkSession.builder()
        .master(master)
        .appName("estimator")
        .config("spark.jars", JAR_IN_PLACE)
        .config("spark.cores.max", "2")
        .config("spark.executor.cores", "1")
        .config("spark.executor.memory", "1g")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate();
  }

  private static Outcome onCluster(int executors, List<String> settings, String... options)
      throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--master",
                cluster.master(),
                "--executors",
                String.valueOf(executors),
                "--jar",
                JAR_IN_PLACE));
    words.addAll(List.of(options));
    words.addAll(command(settings));
    words.addAll(List.of("--out", runs("cluster").toString()));
    return Script.of("standalone.sh").run(words.toArray(String[]::new));
  }

  private static byte[] local(int world, List<String> settings) throws IOException {
    CommandRun.on("local[" + world + "]", command(settings), runs("local")).done();
    return model("local");
  }

  private static List<String> command(List<String> settings) {
    List<String> words = new ArrayList<>(List.of("train"));
    List<String> all = new ArrayList<>(List.of("data.limit-train=6000", "data.limit-test=1000"));
    all.addAll(settings);
    all.forEach(setting -> words.addAll(List.of("--set", setting)));
    return words;
  }

  private static byte[] model(String where) throws IOException {
    return TrainedModel.newest(runs(where));
  }

  private static Path runs(String where) {
    return folder.resolve(where + "-runs");
  }
}
