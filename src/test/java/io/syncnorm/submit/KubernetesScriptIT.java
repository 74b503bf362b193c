package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Lifeline;
import io.syncnorm.submit.FakeSpark.Submission;
import io.syncnorm.submit.Script.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests {@code submit/kubernetes.sh}: what it passes to Spark, and its exit code, which it reads
 * from the log of Spark's client. The log here has the format of Spark 3.5.
 */
@Timeout(60)
class KubernetesScriptIT {
  private static final String WATCHER = "26/11/27 07:36:22 INFO LoggingPodStatusWatcherImpl: ";
  private static final String SUBMITTED = WATCHER + "Waiting for application a to finish...\n";
  private static final String RUNNING =
      container("spark-kubernetes-driver", "container state: running");

  @TempDir private Path folder;
  private FakeSpark spark;

  @BeforeEach
  void fakeSpark() throws IOException {
    spark = FakeSpark.in(folder.resolve("spark"));
  }

  static Stream<Arguments> ends() {
    return Stream.of(
        Arguments.of(0, watched(driver(0))),
        Arguments.of(4, watched(driver(4))),
        Arguments.of(5, watched(container("istio-proxy", "exit code: 2") + driver(5))),
        Arguments.of(0, watched(container("istio-proxy", "exit code: 2") + driver(0))),
        // A pod template can name containers freely.
        Arguments.of(6, watched(container("a", "exit code: 0") + container("b", "exit code: 6"))),
        // The pod was deleted, or Spark lost sight of it.
        Arguments.of(1, watched(RUNNING)),
        // Its program does not exist in the image, or it had too little memory.
        Arguments.of(4, watched(driver(128) + "\t termination reason: StartError\n")),
        Arguments.of(4, watched(driver(137) + "\t termination reason: OOMKilled\n")),
        Arguments.of(5, watched(driver(5) + "\t termination reason: Error\n")),
        Arguments.of(1, SUBMITTED + WATCHER + "No containers were found in the driver pod.\n"),
        Arguments.of(1, ""),
        // Spark was told not to wait.
        Arguments.of(0, WATCHER + "Deployed Spark application a into Kubernetes\n"));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void shouldEndWithTheExitCodeOfTheDriver(int code, String log) throws Exception {
    spark.saying(log);
    Outcome outcome = submit("check");

    assertEquals(code, outcome.code(), outcome.err());
    assertTrue(
        outcome.err().startsWith("starting syncnorm check ...\n" + log), "the log is handed on");
    assertEquals(code != 0, outcome.err().contains("error: the driver did not end with 0"));
  }

  @Test
  void shouldRunTheImage() throws Exception {
    spark.saying(watched(driver(0)));
    Submission submission =
        FakeSpark.read(submit("--claim", "runs", "--executors", "4", "check", "--out", "/runs"));

    Map<String, String> settings = submission.settings();
    assertAll(
        () -> assertEquals("cluster", submission.options().get("--deploy-mode")),
        () -> assertEquals("syncnorm:1", settings.get("spark.kubernetes.container.image")),
        () -> assertEquals("4", settings.get("spark.executor.instances")),
        () -> assertEquals("4", settings.get("spark.kubernetes.allocation.batch.size")),
        () ->
            assertEquals(
                "runs",
                settings.get(
                    "spark.kubernetes.driver.volumes.persistentVolumeClaim.runs.options.claimName")),
        () ->
            assertEquals(
                List.of("local://" + Image.read().jar(), "check", "--out", "/runs"),
                submission.job()));
  }

  @Test
  void shouldNameTheMissingPartOfSparkWithoutKubernetes() throws Exception {
    Files.delete(spark.home().resolve("jars/spark-kubernetes_2.12-3.5.5.jar"));
    Outcome outcome = submit("check");

    assertAll(
        () -> assertEquals(4, outcome.code()),
        () -> assertTrue(outcome.err().contains("no spark-kubernetes"), outcome.err()));
  }

  /**
   * Runs Spark's SparkSubmit as the entry point of Spark's image does in the driver's pod, in a
   * folder with the layout of the image: it first copies the jar to its working directory.
   */
  @Test
  void shouldStartADriverWhereTheImageHasTheJar() throws Exception {
    Image image = Image.read();
    Path root = folder.resolve("image");
    Path workingDirectory = Files.createDirectories(within(root, image.workingDirectory()));
    Path jar = within(root, image.jar());
    Files.createDirectories(jar.getParent());
    Files.copy(Build.jar(Build.LIBRARY), jar);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-cp",
            Build.sparkJars(),
            "-Dspark.testing=true", // does not need Spark's Kubernetes classes
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            "k8s://https://127.0.0.1:1",
            "--deploy-mode",
            "client",
            "--conf",
            "spark.kubernetes.submitInDriver=true",
            "--conf",
            "spark.jars=local://" + jar, // from the properties that the submission writes
            "--class",
            "org.apache.hadoop.util.VersionInfo",
            "local://" + jar));
    Path said = folder.resolve("said");
    Process driver =
        new ProcessBuilder(Lifeline.tied(command))
            .directory(workingDirectory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertTrue(driver.waitFor(50, TimeUnit.SECONDS));
      assertEquals(0, driver.exitValue(), Files.readString(said));
      assertTrue(Files.exists(jar));
      assertTrue(Files.exists(workingDirectory.resolve(jar.getFileName())), "it was copied");
    } finally {
      driver.destroyForcibly();
    }
  }

  private static Path within(Path root, String path) {
    return root.resolve(path.substring(1));
  }

  private Outcome submit(String... words) throws IOException {
    List<String> all =
        Stream.concat(
                Stream.of("--master", "k8s://https://h:6443", "--image", "syncnorm:1"),
                Stream.of(words))
            .collect(Collectors.toList());
    return spark.script("kubernetes.sh").run(all.toArray(String[]::new));
  }

  /** Returns Spark's log of a driver, with its lines about the end of the containers. */
  private static String watched(String containers) {
    return SUBMITTED
        + WATCHER
        + "State changed, new state: \n\t pod name: a-driver\n\t phase: Running\n"
        + "\t container status: "
        + container("spark-kubernetes-driver", "exit code: 9").replace("\t", "\t\t")
        + WATCHER
        + "Container final statuses:\n\n"
        + containers
        + WATCHER
        + "Application a with application ID b and submission ID c finished\n";
  }

  private static String driver(int code) {
    return container("spark-kubernetes-driver", "exit code: " + code);
  }

  private static String container(String name, String end) {
    return "\n\t container name: %s\n\t container image: x\n\t %s\n".formatted(name, end);
  }
}
