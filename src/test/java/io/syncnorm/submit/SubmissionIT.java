package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.submit.FakeSpark.Submission;
import io.syncnorm.submit.Script.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests what each script passes to Spark. */
@Timeout(60)
class SubmissionIT {
  @TempDir private Path folder;
  private FakeSpark spark;

  @BeforeEach
  void fakeSpark() throws IOException {
    spark = FakeSpark.in(folder.resolve("spark"));
  }

  @Test
  void shouldPassSparkOptionsBeforeTheJarAndOthersAfterIt() throws Exception {
    Submission submission =
        submit(
            "standalone.sh",
            "--master",
            "spark://h:1",
            "--event-log",
            "/logs",
            "train",
            "--out",
            "x y");

    Map<String, String> settings = submission.settings();
    assertAll(
        () -> assertEquals("spark://h:1", submission.options().get("--master")),
        () -> assertEquals("client", submission.options().get("--deploy-mode")),
        () -> assertEquals("true", settings.get("spark.eventLog.enabled")),
        () -> assertEquals("/logs", settings.get("spark.eventLog.dir")),
        () -> assertTrue(submission.job().get(0).endsWith("-job.jar")),
        () -> assertEquals(List.of("train", "--out", "x y"), tail(submission)));
  }

  @Test
  void shouldSetWhatBarrierTrainingNeeds() throws Exception {
    Map<String, String> settings =
        submit(
                "standalone.sh",
                "--master",
                "spark://h:1",
                "--executors",
                "3",
                "--executor-cores",
                "2")
            .settings();

    assertAll(
        () -> assertEquals("false", settings.get("spark.dynamicAllocation.enabled")),
        () -> assertEquals("false", settings.get("spark.speculation")),
        () -> assertEquals("0s", settings.get("spark.locality.wait")),
        () -> assertEquals("1", settings.get("spark.task.maxFailures")),
        () -> assertEquals("1.0", settings.get("spark.scheduler.minRegisteredResourcesRatio")),
        () -> assertEquals("1", settings.get("spark.executorEnv.OPENBLAS_NUM_THREADS")),
        () -> assertEquals("2", settings.get("spark.executor.cores")),
        () -> assertEquals("6", settings.get("spark.cores.max")));
  }

  /** None would register before there are tasks. */
  @Test
  void shouldNotWaitForExecutorsUnderDynamicAllocation() throws Exception {
    Map<String, String> settings =
        submit(
                "standalone.sh",
                "--master",
                "spark://h:1",
                "--conf",
                "spark.dynamicAllocation.enabled=true")
            .settings();

    assertEquals("true", settings.get("spark.dynamicAllocation.enabled"));
    assertEquals("0", settings.get("spark.scheduler.minRegisteredResourcesRatio"));
  }

  @Test
  void shouldPreferTheUsersSettingsToTheScripts() throws Exception {
    Map<String, String> settings =
        submit(
                "standalone.sh",
                "--master",
                "spark://h:1",
                "--executors",
                "2",
                "--conf",
                "spark.locality.wait=3s",
                "--conf",
                "spark.cores.max=1")
            .settings();

    assertAll(
        () -> assertEquals("3s", settings.get("spark.locality.wait")),
        () -> assertEquals("1", settings.get("spark.cores.max")));
  }

  @Test
  void shouldStartLocalRunsWithTheOptionsOfTheirFile() throws Exception {
    String options = localJavaOptions("", "starting syncnorm check ...\n", "check");
    assertTrue(options.contains("@"), options);
    assertTrue(options.contains("/conf/local-jvm.options"), options);
  }

  @Test
  void shouldKeepAGarbageCollectorThatTheUserHasChosen() throws Exception {
    String options = localJavaOptions("-Da=b -XX:+UseSerialGC", "", "check", "--quiet");
    assertFalse(options.contains("local-jvm.options"), options);
    assertTrue(options.contains("/conf/log4j2.properties"), options);
  }

  private String localJavaOptions(String toolOptions, String said, String... words)
      throws IOException {
    Outcome outcome = spark.script("local.sh").with("JAVA_TOOL_OPTIONS", toolOptions).run(words);
    assertEquals(0, outcome.code(), outcome.err());
    assertEquals(said, outcome.err());
    return FakeSpark.read(outcome).settings().get("spark.driver.defaultJavaOptions");
  }

  @Test
  void shouldRefuseAMasterThatIsNotAStandaloneCluster() throws Exception {
    Outcome outcome = spark.script("standalone.sh").run("--master", "local[2]", "check");

    assertAll(
        () -> assertEquals(2, outcome.code()),
        () -> assertTrue(outcome.err().contains("found --master=local[2]"), outcome.err()));
  }

  @Test
  void shouldSendConfigurationFilesToYarn() throws Exception {
    Submission submission =
        FakeSpark.read(
            yarn()
                .run(
                    "--deploy-mode",
                    "cluster",
                    "--executors",
                    "3",
                    "--java-home",
                    "/jdk17",
                    "train",
                    "--config",
                    "conf/smoke.conf",
                    "--config=conf/mnist.conf"));

    assertAll(
        () -> assertEquals("yarn", submission.options().get("--master")),
        () -> assertEquals("conf/smoke.conf,conf/mnist.conf", submission.options().get("--files")),
        () -> assertEquals("3", submission.settings().get("spark.executor.instances")),
        () -> assertEquals("/jdk17", submission.settings().get("spark.executorEnv.JAVA_HOME")),
        () ->
            assertEquals("/jdk17", submission.settings().get("spark.yarn.appMasterEnv.JAVA_HOME")),
        () ->
            assertEquals(
                List.of("train", "--config", "smoke.conf", "--config=mnist.conf"),
                tail(submission)));
  }

  @Test
  void shouldSendAConfigurationFileOfAnyNameToYarn() throws Exception {
    Path file = Files.createFile(folder.resolve("my conf#1,{2}.conf"));
    Submission submission =
        FakeSpark.read(
            yarn().run("--deploy-mode", "cluster", "train", "--config", file.toString()));

    String sent = submission.options().get("--files");
    assertTrue(sent.matches("/tmp/syncnorm-configs[^/]+/my_conf_1__2_.conf"), sent);
    assertEquals(List.of("train", "--config", "my_conf_1__2_.conf"), tail(submission));
    assertFalse(Files.exists(Path.of(sent)), "a copy, which is gone with the script");
  }

  @Test
  void shouldRefuseTwoConfigurationFilesWithTheSameNameOnYarn() throws Exception {
    Outcome outcome =
        yarn()
            .run(
                "--deploy-mode",
                "cluster",
                "--config",
                "conf/smoke.conf",
                "--config",
                "conf/../conf/smoke.conf");

    assertAll(
        () -> assertEquals(2, outcome.code()),
        () -> assertTrue(outcome.err().contains("named smoke.conf"), outcome.err()));
  }

  private Script yarn() {
    return spark.script("yarn.sh").with("HADOOP_CONF_DIR", folder.toString());
  }

  private Submission submit(String script, String... arguments) throws Exception {
    Outcome outcome = spark.script(script).run(arguments);
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.err().startsWith("starting syncnorm "), outcome.err());
    return FakeSpark.read(outcome);
  }

  private static List<String> tail(Submission submission) {
    return submission.job().subList(1, submission.job().size());
  }
}
