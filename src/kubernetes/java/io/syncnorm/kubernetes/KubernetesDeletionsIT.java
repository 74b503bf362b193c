package io.syncnorm.kubernetes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.syncnorm.submit.Script;
import io.syncnorm.submit.Script.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Deletes executor pods at random moments of training, also while they start, until {@code
 * -Dkubernetes.deletions} are gone. Each run must end by itself, with exit code 0 and the model of
 * local mode.
 */
@Timeout(value = 3600, unit = TimeUnit.SECONDS)
class KubernetesDeletionsIT extends OnCluster {
  private static final int DELETIONS = Integer.getInteger("kubernetes.deletions", 3);
  private static final long SEED = Long.getLong("kubernetes.seed", 1);
  private static final int MOST_SECONDS_BETWEEN = 8;
  private static final int MOST_IN_A_RUN = 10;

  @Test
  void shouldEndEveryRunWithTheSameModel() throws Exception {
    Random random = new Random(SEED);
    System.out.printf(Locale.ROOT, "deletions=%d, seed=%d%n", DELETIONS, SEED);
    byte[] expected = null;
    int deleted = 0;
    for (int run = 1; deleted < DELETIONS; run++) {
      Training training =
          Training.of(
              cluster,
              "run" + run,
              folder,
              "training.epochs=100",
              "training.max-attempts=" + (MOST_IN_A_RUN + 1));
      int before = deleted;
      try (Script.Running script =
          training.start("--conf", "spark.executor.maxNumFailures=" + (MOST_IN_A_RUN + 1))) {
        while (deleted < DELETIONS && deleted - before < MOST_IN_A_RUN && sleep(random, script)) {
          deleted += delete(random) ? 1 : 0;
        }
        Outcome outcome = training.end(script);
        assertEquals(0, outcome.code(), outcome.err());
      }
      if (expected == null) {
        expected = training.local();
      }
      assertArrayEquals(expected, training.model());
      System.out.printf(
          Locale.ROOT, "run %d: %d executor pods deleted, same model%n", run, deleted - before);
    }
  }

  /** Waits a random time, and returns whether the run has not ended. */
  private static boolean sleep(Random random, Script.Running script) throws InterruptedException {
    Thread.sleep(random.nextInt((int) TimeUnit.SECONDS.toMillis(MOST_SECONDS_BETWEEN)));
    return script.process().isAlive();
  }

  /** Deletes one executor, if any runs. */
  private static boolean delete(Random random) {
    List<Pod> executors = cluster.running("executor");
    if (executors.isEmpty()) {
      return false;
    }
    cluster.delete(executors.get(random.nextInt(executors.size())));
    return true;
  }
}
