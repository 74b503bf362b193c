package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.submit.Script.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code submit/cluster.sh}: what it starts, says, and ends. */
@Timeout(120)
class ClusterScriptIT {
  private static final int NOT_RUNNING = 3;
  private static final int REAP_SECONDS = 5;

  @TempDir private Path folder;

  @Test
  void shouldLeaveNoProcessWhenStopped() throws Exception {
    try (StandaloneCluster cluster = StandaloneCluster.start(folder, 1)) {
      List<ProcessHandle> processes = cluster.processes();

      Outcome stopped = cluster.run("stop");
      Outcome status = cluster.run("status");

      assertAll(
          () -> assertEquals(2, processes.size()),
          () -> assertEquals(0, stopped.code(), stopped.err()),
          () -> assertTrue(processes.stream().allMatch(ClusterScriptIT::ends)),
          () -> assertEquals(NOT_RUNNING, status.code()),
          () -> assertEquals(0, cluster.run("stop").code()));
    }
  }

  @Test
  void shouldReportADeadWorkerAndEndTheRest() throws Exception {
    try (StandaloneCluster cluster = StandaloneCluster.start(folder, 1)) {
      List<ProcessHandle> processes = cluster.processes();
      ProcessHandle worker = processes.get(1);
      worker.destroyForcibly();
      assertTrue(ends(worker));

      Outcome status = cluster.run("status");
      Outcome stopped = cluster.run("stop");

      assertAll(
          () -> assertEquals(NOT_RUNNING, status.code()),
          () -> assertTrue(status.out().contains("worker-1   pid " + worker.pid()), status.out()),
          () -> assertEquals(1, status.out().lines().filter(l -> l.contains(" dead ")).count()),
          () -> assertEquals(0, stopped.code(), stopped.err()),
          () -> assertTrue(ends(processes.get(0))));
    }
  }

  @Test
  void shouldShowTheLogOfAWorkerThatEndsAtStartAndTakeTheMasterAlong() throws Exception {
    try {
      Outcome outcome =
          Script.of("cluster.sh")
              .with("SPARK_WORKER_OPTS", "-XX:MaxHeapFreeRatio=many")
              .run("start", "--dir", folder.toString());

      assertAll(
          () -> assertEquals(4, outcome.code()),
          () -> assertTrue(outcome.err().contains("worker-1 ended while it was starting")),
          () -> assertTrue(outcome.err().contains("MaxHeapFreeRatio=many"), outcome.err()),
          () -> assertEquals("", outcome.out()),
          () -> assertTrue(Files.exists(folder.resolve("master.log"))),
          () -> assertFalse(Files.exists(folder.resolve("processes"))));
    } finally {
      StandaloneCluster.marked(folder).forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void shouldRefuseAMemoryThatSparkWouldNotUnderstand() throws Exception {
    Path unused = folder.resolve("unused");

    Outcome outcome =
        Script.of("cluster.sh").run("start", "--memory", "lots", "--dir", unused.toString());

    assertAll(
        () -> assertEquals(2, outcome.code()),
        () -> assertTrue(outcome.err().contains("found --memory=lots"), outcome.err()),
        () -> assertFalse(Files.exists(unused)));
  }

  @Test
  void shouldNotEndAProcessThatHasTheIdOfAnOldOne() throws Exception {
    Process stranger = new ProcessBuilder("sleep", "60").start();
    try {
      Files.writeString(folder.resolve("processes"), "master %d 1\n".formatted(stranger.pid()));

      Outcome outcome = Script.of("cluster.sh").run("stop", "--dir", folder.toString());

      assertAll(
          () -> assertEquals(0, outcome.code()),
          () -> assertTrue(outcome.err().contains("no cluster is running"), outcome.err()),
          () -> assertTrue(stranger.isAlive()));
    } finally {
      stranger.destroyForcibly();
    }
  }

  /** The kernel may list a process for a moment after its end, until its parent has heard of it. */
  private static boolean ends(ProcessHandle process) {
    try {
      process.onExit().get(REAP_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
