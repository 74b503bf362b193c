package io.syncnorm.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.syncnorm.submit.Script;
import io.syncnorm.submit.Script.Outcome;
import io.syncnorm.submit.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A short training that a cluster runs with {@code submit/kubernetes.sh}, and local mode without
 * it.
 *
 * @param name of its folders
 * @param folder for the runs of local mode and client mode
 * @param settings of the command
 */
record Training(Cluster cluster, String name, Path folder, List<String> settings) {
  private static final long EPOCHS_DEADLINE_SECONDS = 240;
  private static final long POLL_MILLIS = 50;

  /**
   * As for the integration tests: JVMs that live for seconds should not spend them on compiling.
   */
  private static final String JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  /** Models of local mode, by settings. */
  private static final Map<List<String>, byte[]> LOCAL = new ConcurrentHashMap<>();

  static Training of(Cluster cluster, String name, Path folder, String... settings) {
    return new Training(
        cluster,
        name,
        folder,
        Stream.concat(Stream.of(settings), Stream.of("training.world=2")).toList());
  }

  /** Starts the driver in a pod, with the script's own options first. */
  Script.Running start(String... options) throws IOException {
    cluster.claim(name);
    return submit(List.of("--claim", name), List.of(options), Path.of("/runs"));
  }

  /** Starts the driver here. */
  Script.Running startHere(String... options) throws IOException {
    return submit(
        List.of("--deploy-mode", "client", "--conf", "spark.driver.host=127.0.0.1"),
        List.of(options),
        runsHere());
  }

  private Script.Running submit(List<String> mode, List<String> options, Path out)
      throws IOException {
    List<String> words =
        new ArrayList<>(List.of("--master", cluster.server().master(), "--image", Cluster.IMAGE));
    words.addAll(mode);
    for (String conf :
        List.of(
            "spark.kubernetes.driver.master=" + cluster.server().url(),
            "spark.kubernetes.driverEnv.JAVA_TOOL_OPTIONS=" + JAVA_OPTIONS,
            "spark.executorEnv.JAVA_TOOL_OPTIONS=" + JAVA_OPTIONS)) {
      words.addAll(List.of("--conf", conf));
    }
    words.addAll(options);
    words.addAll(command(out));
    return Script.of("kubernetes.sh")
        .with("SPARK_LOCAL_IP", "127.0.0.1")
        .start(words.toArray(String[]::new));
  }

  private List<String> command(Path out) {
    List<String> words =
        new ArrayList<>(List.of("train", "--out", out.toString(), "--set", "run.name=" + name));
    for (String setting : List.of("data.limit-train=4000", "data.limit-test=500")) {
      words.addAll(List.of("--set", setting));
    }
    settings.forEach(setting -> words.addAll(List.of("--set", setting)));
    return words;
  }

  /** Returns the model of local mode, which trains once for all names. */
  byte[] local() throws IOException {
    byte[] known = LOCAL.get(settings);
    if (known == null) {
      Path runs = folder.resolve(name + "-local");
      try (Script.Running script =
          Script.of("local.sh").start(command(runs).toArray(String[]::new))) {
        Outcome outcome = end(script);
        assertEquals(0, outcome.code(), outcome.err());
      }
      known = TrainedModel.newest(runs);
      LOCAL.put(settings, known);
    }
    return known;
  }

  /** Returns the model of a driver in a pod. */
  byte[] model() throws IOException {
    return TrainedModel.newest(runs());
  }

  /** Returns the model of a driver that ran here. */
  byte[] modelHere() throws IOException {
    return TrainedModel.newest(runsHere());
  }

  Path runs() throws IOException {
    return cluster.claim(name);
  }

  Path runsHere() {
    return folder.resolve(name + "-client");
  }

  /** Waits until a run has so many epochs. */
  static void awaitEpochs(Path runs, int epochs, Script.Running script)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(EPOCHS_DEADLINE_SECONDS);
    while (epochs(runs) < epochs) {
      assertTrue(System.nanoTime() < end, "too few epochs within the deadline: " + script.err());
      assertTrue(script.process().isAlive(), () -> "it has ended: " + error(script));
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Waits for a script; standard error in the result includes the logs of all pods. */
  Outcome end(Script.Running script) throws IOException {
    Outcome outcome = script.await(DEADLINE).orElse(null);
    if (outcome == null) {
      return fail("did not end: err=%s%s".formatted(script.err(), cluster.logs()));
    }
    return new Outcome(outcome.code(), outcome.out(), outcome.err() + cluster.logs());
  }

  private static String error(Script.Running script) {
    try {
      return script.err();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static int epochs(Path runs) throws IOException {
    if (!Files.exists(runs)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(runs)) {
      Path metrics = files.filter(file -> file.endsWith("metrics.csv")).findFirst().orElse(null);
      return metrics == null ? 0 : Files.readAllLines(metrics).size() - 1;
    }
  }
}
