package io.syncnorm.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.submit.Script;
import io.syncnorm.submit.Script.Outcome;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the exit codes of runs whose pods do not start or whose command fails. */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
class KubernetesExitCodesIT extends OnCluster {
  private static final String MISSING_IMAGE = "missing:test";

  /** Spark itself waits for executors first. */
  private static final List<String> IMPATIENT =
      List.of("--conf", "spark.scheduler.maxRegisteredResourcesWaitingTime=2s");

  @Test
  void shouldReturnTheCodeOfAWrongConfiguration() throws Exception {
    Outcome outcome = inPod(training("usage", "training.epochs=0"));
    assertEquals(2, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains("training.epochs"), outcome.err());
  }

  @Test
  void shouldSayThatTheImageOfExecutorsIsMissing() throws Exception {
    Outcome outcome = inPod(waiting("image"), executors(MISSING_IMAGE));
    assertEquals(4, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains("is pending: ImagePullBackOff, "), outcome.err());
  }

  @Test
  void shouldSayThatTheImageOfExecutorsIsMissingIfTheDriverIsHere() throws Exception {
    Training training = waiting("image-client");
    try (Script.Running script = training.startHere(impatient(executors(MISSING_IMAGE)))) {
      Outcome outcome = training.end(script);
      assertEquals(4, outcome.code(), outcome.err());
      assertTrue(outcome.err().contains("is pending: ImagePullBackOff, "), outcome.err());
    }
  }

  @Test
  void shouldSayThatNoNodeHasRoomForAnExecutor() throws Exception {
    Outcome outcome = inPod(waiting("room"), "--executor-cores", "" + PROCESSORS);
    assertEquals(4, outcome.code(), outcome.err());
    assertTrue(
        outcome.err().contains("is pending: Unschedulable, 0/1 nodes are available"),
        outcome.err());
  }

  @Test
  void shouldGiveUpADriverWhoseImageIsMissing() throws Exception {
    Outcome outcome =
        inPod(waiting("driver-image"), "--start-timeout", "3", "--image", MISSING_IMAGE);
    assertEquals(4, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains("still pending after 3 s: ImagePullBackOff"), outcome.err());
    assertEquals(List.of(), pods("driver"));
  }

  @Test
  void shouldGiveUpADriverForWhichNoNodeHasRoom() throws Exception {
    Outcome outcome =
        inPod(
            waiting("driver-room"),
            "--start-timeout",
            "3",
            "--conf",
            "spark.driver.cores=" + (PROCESSORS + 1));
    assertEquals(4, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains("still pending after 3 s: no node"), outcome.err());
    assertEquals(List.of(), pods("driver"));
  }

  @Test
  void shouldReportAnImageThatDoesNotStart() throws Exception {
    Outcome outcome = inPod(waiting("driver-empty"), "--image", Cluster.EMPTY_IMAGE);
    assertEquals(4, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains("could not run: StartError"), outcome.err());
  }

  /** One try for slots, which must not take longer than the test. */
  private static Training waiting(String name) {
    return training(name, "training.epochs=1", "training.slot-timeout=3s");
  }

  private static Training training(String name, String... settings) {
    return Training.of(cluster, name, folder, settings);
  }

  private static String[] executors(String image) {
    return new String[] {"--conf", "spark.kubernetes.executor.container.image=" + image};
  }

  private static String[] impatient(String... options) {
    return Stream.concat(IMPATIENT.stream(), Stream.of(options)).toArray(String[]::new);
  }

  /** Runs a driver in a pod; standard error includes the logs of the run's pods. */
  private static Outcome inPod(Training training, String... options) throws Exception {
    try (Script.Running script = training.start(impatient(options))) {
      return training.end(script);
    }
  }

  /** Returns the names of the pods of a role that have not ended. */
  private static List<String> pods(String role) {
    return cluster
        .client()
        .pods()
        .inNamespace(Cluster.NAMESPACE)
        .withLabel("spark-role", role)
        .list()
        .getItems()
        .stream()
        .filter(pod -> List.of("Pending", "Running").contains(pod.getStatus().getPhase()))
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }
}
