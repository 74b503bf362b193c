package io.syncnorm.kubernetes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.syncnorm.submit.Script;
import io.syncnorm.submit.Script.Outcome;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compares training in pods with local mode, also when pods are deleted. */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
class KubernetesTrainingIT extends OnCluster {
  @Test
  void shouldTrainTheModelOfLocalModeBitForBit() throws Exception {
    Training training = training("cluster", "training.epochs=2");
    try (Script.Running script = training.start("--executors", "2")) {
      Outcome outcome = training.end(script);
      assertEquals(0, outcome.code(), outcome.err());
    }
    assertArrayEquals(training.local(), training.model());
  }

  @Test
  void shouldTrainTheSameModelWithTheDriverHere() throws Exception {
    Training training = training("client", "training.epochs=2");
    try (Script.Running script = training.startHere("--executors", "2")) {
      Outcome outcome = training.end(script);
      assertEquals(0, outcome.code(), outcome.err());
      JsonNode result = new ObjectMapper().readTree(outcome.lastLine());
      assertEquals("done", result.path("status").textValue());
      assertEquals(2, result.path("world").intValue());
    }
    assertArrayEquals(training.local(), training.modelHere());
  }

  @Test
  void shouldEndWithTheSameModelWhenAnExecutorIsDeleted() throws Exception {
    Training training = training("deleted", "training.epochs=40");
    try (Script.Running script = training.start()) {
      Training.awaitEpochs(training.runs(), 3, script);
      Pod driver = cluster.running("driver").get(0);
      cluster.delete(cluster.running("executor").get(0));
      Outcome outcome = training.end(script);
      assertEquals(0, outcome.code(), outcome.err());
      String log = cluster.log(driver.getMetadata().getName());
      assertTrue(log.contains("attempt 1 of 3 ended after epoch"), log);
    }
    assertArrayEquals(training.local(), training.model());
  }

  @Test
  void shouldEndWithTheSameModelWhenAnExecutorOfADriverHereIsDeleted() throws Exception {
    Training training = training("deleted-client", "training.epochs=40");
    try (Script.Running script = training.startHere()) {
      Training.awaitEpochs(training.runsHere(), 3, script);
      cluster.delete(cluster.running("executor").get(0));
      Outcome outcome = training.end(script);
      assertEquals(0, outcome.code(), outcome.err());
      assertTrue(outcome.err().contains("attempt 1 of 3 ended after epoch"), outcome.err());
    }
    assertArrayEquals(training.local(), training.modelHere());
  }

  @Test
  void shouldStopWhenTheDriverIsDeletedAndResumeWhenItIsStartedAgain() throws Exception {
    Training training = training("stopped", "training.epochs=40");
    try (Script.Running script = training.start()) {
      Training.awaitEpochs(training.runs(), 3, script);
      cluster.delete(cluster.running("driver").get(0));
      Outcome outcome = training.end(script);
      assertEquals(143, outcome.code(), outcome.err());
    }
    try (Script.Running script = training.start()) {
      Outcome outcome = training.end(script);
      assertEquals(0, outcome.code(), outcome.err());
    }
    assertArrayEquals(training.local(), training.model());
  }

  private static Training training(String name, String... settings) {
    return Training.of(cluster, name, folder, settings);
  }
}
