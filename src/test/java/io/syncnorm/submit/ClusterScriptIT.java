package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Lifeline;
import io.syncnorm.Slow;
import io.syncnorm.submit.Script.Outcome;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code submit/cluster.sh}: what it starts, prints and stops. */
@Timeout(120)
class ClusterScriptIT {
  private static final int NOT_RUNNING = 3;
  private static final int END_SECONDS = 15;

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
  void shouldReportADeadWorkerAndStopTheRest() throws Exception {
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

  /** Like a benchmark or a drill that is killed: its cluster must end too. */
  @Slow
  @Test
  void shouldEndWithTheProcessThatStartedIt() throws Exception {
    Process parent =
        new ProcessBuilder(
                Lifeline.java(
                    List.of("-Dsyncnorm.basedir=" + Script.HOME.toAbsolutePath()),
                    KilledParent.class,
                    List.of(folder.toString())))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<ProcessHandle> processes = new ArrayList<>();
    try (BufferedReader said = parent.inputReader()) {
      assertEquals(KilledParent.STARTED, said.readLine());
      processes.addAll(StandaloneCluster.marked(folder));
      parent.descendants().filter(KilledParent::isOther).forEach(processes::add);
      assertEquals(3, processes.size());

      parent.destroyForcibly();

      assertTrue(processes.stream().allMatch(ClusterScriptIT::ends));
      assertFalse(Files.exists(folder.resolve("processes")));
    } finally {
      parent.destroyForcibly();
      processes.forEach(ProcessHandle::destroyForcibly);
      StandaloneCluster.marked(folder).forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** Starts a cluster and another process, and waits to be killed. */
  static final class KilledParent {
    static final String STARTED = "started";
    private static final String OTHER = "3599";

    public static void main(String[] args) throws Exception {
      StandaloneCluster.start(Path.of(args[0]), 1);
      Process other = new ProcessBuilder(Lifeline.tied(List.of("sleep", OTHER))).start();
      // It is a shell first, and has its final command line only after exec.
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
      while (!isOther(other.toHandle()) && System.nanoTime() < end) {
        Thread.sleep(10);
      }
      System.out.println(STARTED);
      Thread.sleep(TimeUnit.HOURS.toMillis(1));
    }

    static boolean isOther(ProcessHandle process) {
      return process.info().command().orElse("").endsWith("sleep")
          && process.info().commandLine().orElse("").endsWith(OTHER);
    }
  }

  @Test
  void shouldShowTheLogOfAWorkerThatFailsToStartAndStopTheMaster() throws Exception {
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
  void shouldRefuseAMemorySizeThatSparkCannotParse() throws Exception {
    Path unused = folder.resolve("unused");

    Outcome outcome =
        Script.of("cluster.sh").run("start", "--memory", "lots", "--dir", unused.toString());

    assertAll(
        () -> assertEquals(2, outcome.code()),
        () -> assertTrue(outcome.err().contains("found --memory=lots"), outcome.err()),
        () -> assertFalse(Files.exists(unused)));
  }

  @Test
  void shouldNotStopAnotherProcessWithAReusedId() throws Exception {
    Process stranger = new ProcessBuilder("sleep", "60").start();
    try {
      Files.writeString(
          folder.resolve("processes"), String.format(Locale.ROOT, "master %d 1\n", stranger.pid()));

      Outcome outcome = Script.of("cluster.sh").run("stop", "--dir", folder.toString());

      assertAll(
          () -> assertEquals(0, outcome.code()),
          () -> assertTrue(outcome.err().contains("no cluster is running"), outcome.err()),
          () -> assertTrue(stranger.isAlive()));
    } finally {
      stranger.destroyForcibly();
    }
  }

  /**
   * A cluster that is tied to a process checks it once a second, and ends as when it is stopped.
   */
  private static boolean ends(ProcessHandle process) {
    try {
      process.onExit().get(END_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
