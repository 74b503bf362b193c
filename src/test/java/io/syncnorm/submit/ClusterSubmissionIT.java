package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.Slow;
import io.syncnorm.submit.Script.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code submit/standalone.sh} on a cluster of two Workers with one core each. */
@Timeout(120)
@ExtendWith(SparkArchive.class)
class ClusterSubmissionIT {
  private static final long POLL_MILLIS = 50;

  @TempDir private static Path folder;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = StandaloneCluster.start(folder.resolve("cluster"), 2);
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldReportARunningCluster() throws Exception {
    Outcome status = cluster.run("status");

    assertAll(
        () -> assertEquals(0, status.code()),
        () -> assertEquals(3, status.out().lines().filter(l -> l.endsWith(" alive")).count()),
        () -> assertTrue(cluster.master().matches("spark://127\\.0\\.0\\.1:\\d+")),
        () -> assertEquals(cluster.master(), status.lastLine()));
  }

  @Test
  void shouldReportTheRunningClusterWhenStartedTwice() throws Exception {
    Outcome again = cluster.run("start");

    assertAll(
        () -> assertEquals(0, again.code()),
        () -> assertEquals(cluster.master(), again.lastLine()),
        () -> assertTrue(again.err().contains("is running already"), again.err()),
        () -> assertEquals(3, cluster.processes().size()));
  }

  @Test
  void shouldRunOnTheExecutorsAndEndStandardOutputWithTheResult() throws Exception {
    Outcome outcome = check();

    JsonNode result = new ObjectMapper().readTree(outcome.lastLine());
    assertAll(
        () -> assertEquals(0, outcome.code(), outcome.err()),
        () -> assertEquals("ok", result.path("status").textValue()),
        () -> assertEquals("slots=2, world=2", text(result, "task slots")),
        () ->
            assertEquals(
                "spark.dynamicAllocation.enabled=false", text(result, "dynamic allocation")),
        () -> assertTrue(text(result, "Spark").endsWith(" on " + cluster.master())));
  }

  @Test
  void shouldReturnTheExitCode() throws Exception {
    Outcome outcome =
        check(
            "--set",
            "training.world=3",
            "--set",
            "training.min-slots=3",
            "--set",
            "training.slot-timeout=2s");

    JsonNode result = new ObjectMapper().readTree(outcome.lastLine());
    assertAll(
        () -> assertEquals(4, outcome.code(), outcome.err()),
        () -> assertEquals("faults", result.path("status").textValue()),
        () -> assertTrue(text(result, "task slots").contains("found slots=2")));
  }

  /** The world consists of the requested executors, however late one of them starts. */
  @Slow
  @Test
  void shouldWaitForAnExecutorThatIsLate() throws Exception {
    ProcessHandle worker = cluster.processes().get(1);
    signal("STOP", worker);
    try (Script.Running run =
        Script.of("standalone.sh")
            .start(
                "--master",
                cluster.master(),
                "--executors",
                "2",
                "--conf",
                "spark.scheduler.maxRegisteredResourcesWaitingTime=1s", // Spark's own wait
                "check",
                "--out",
                folder.toString())) {
      while (!run.err().contains("waiting for task slots: expected=2, found=1")) {
        assertTrue(run.process().isAlive(), run.err());
        Thread.sleep(POLL_MILLIS);
      }
      signal("CONT", worker);
      Outcome outcome = run.await(Duration.ofSeconds(60)).orElseThrow();
      JsonNode result = new ObjectMapper().readTree(outcome.lastLine());
      assertEquals("slots=2, world=2", text(result, "task slots"));
    } finally {
      signal("CONT", worker);
    }
  }

  @Test
  void shouldRefuseToTrainWithFewerExecutorsThanRequested() throws Exception {
    Outcome outcome =
        Script.of("standalone.sh")
            .run(
                "--master",
                cluster.master(),
                "--executors",
                "3",
                "--conf",
                "spark.scheduler.maxRegisteredResourcesWaitingTime=1s",
                "train",
                "--out",
                folder.resolve("fewer").toString(),
                "--set",
                "training.slot-timeout=10s");

    assertAll(
        () -> assertEquals(4, outcome.code(), outcome.err()),
        () ->
            assertTrue(
                outcome
                    .err()
                    .contains(
                        "expected slots=3 (spark.cores.max=3, spark.executor.cores=1), found"
                            + " slots=2"),
                outcome.err()),
        () -> assertFalse(Files.exists(folder.resolve("fewer"))));
  }

  @Slow
  @Test
  void shouldMeasureTheNetworkBetweenTwoExecutorsForAPlan() throws Exception {
    Outcome outcome = probe(2);

    JsonNode result = new ObjectMapper().readTree(outcome.lastLine());
    JsonNode network = result.path("cluster");
    assertAll(
        () -> assertEquals(0, outcome.code(), outcome.err()),
        () ->
            assertTrue(
                Set.of(
                        "executor 0 on 127.0.0.1 and executor 1 on 127.0.0.1",
                        "executor 1 on 127.0.0.1 and executor 0 on 127.0.0.1")
                    .contains(network.path("measuredBetween").textValue()),
                network::toString),
        () -> assertTrue(network.path("latencySeconds").doubleValue() > 0, network::toString),
        () -> assertTrue(network.path("bytesPerSecond").doubleValue() > 0, network::toString),
        () -> assertEquals(1, network.path("ranksPerExecutor").intValue(), "a slot each"),
        () ->
            assertTrue(
                result.at("/measured/machine").textValue().endsWith(" on 127.0.0.1"),
                result::toString),
        () -> assertEquals(8, result.at("/worlds/1/executors").intValue()),
        () -> assertTrue(outcome.err().contains("both executors run on one machine")));
  }

  @Slow
  @Test
  void shouldNotMeasureTheNetworkOfOneExecutor() throws Exception {
    Outcome outcome = probe(1);

    assertAll(
        () -> assertEquals(4, outcome.code(), outcome.err()),
        () -> assertEquals("", outcome.out()),
        () ->
            assertTrue(
                outcome.err().contains("expected executors>=2, found executors=1"), outcome.err()),
        () -> assertTrue(outcome.err().contains("--executors 2"), outcome.err()));
  }

  private static Outcome probe(int executors) throws Exception {
    String plan =
        "plan --probe --ranks 2,8 --inputs 16 --rows 8000 --set data.classes=3"
            + " --set model.hidden=[8] --set training.slot-timeout=20s";
    List<String> words =
        new ArrayList<>(List.of("--master", cluster.master(), "--executors", "" + executors));
    words.addAll(List.of(plan.split(" ", -1)));
    return Script.of("standalone.sh").run(words.toArray(String[]::new));
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  private static Outcome check(String... options) throws Exception {
    String[] all = {
      "--master", cluster.master(), "--executors", "2", "check", "--out", folder.toString()
    };
    String[] arguments = new String[all.length + options.length];
    System.arraycopy(all, 0, arguments, 0, all.length);
    System.arraycopy(options, 0, arguments, all.length, options.length);
    return Script.of("standalone.sh").run(arguments);
  }

  private static String text(JsonNode result, String subject) {
    for (JsonNode check : result.path("checks")) {
      if (check.path("subject").textValue().equals(subject)) {
        return check.path("text").textValue();
      }
    }
    return "no check of " + subject;
  }
}
