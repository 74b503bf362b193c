package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.spark.ranks.HostsEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a fit whose rank is lost inside an epoch. */
@Slow
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FitLostRankTest {
  private static final int WORKERS = 4;
  private static final int SLOTS = 2;

  /** 500 steps an epoch: the rank must be lost before it ends. */
  private static final int ROWS = 4000;

  private static final Pattern INSIDE_SECOND_EPOCH = Pattern.compile("fit-1\\.(\\d+)\\.ckpt");

  @TempDir private Path disk;

  /** With one attempt a fit survives a loss only if it resumes from a snapshot. */
  @Test
  void shouldResumeAtTheSnapshotInsideTheEpoch() throws Exception {
    try (SparkSession spark = Blobs.session(SLOTS)) {
      Dataset<Row> train = Blobs.frame(spark, ROWS, 1).cache();
      SyncBatchNormClassificationModel undisturbed = classifier().fit(train);
      CompletableFuture<Integer> stored = CompletableFuture.supplyAsync(this::loseARank);
      SyncBatchNormClassificationModel resumed =
          classifier()
              .setCheckpointDir(disk.toString())
              .setCheckpointEvery("10 steps")
              .setMaxAttempts(1)
              .fit(train);
      List<HostsEvent> hosts = resumed.summary().hosts();
      assertEquals(2, hosts.size(), hosts.toString());
      HostsEvent from = hosts.get(1);
      assertEquals(1, from.epoch(), from.toString());
      assertTrue(from.step() >= stored.get(), from + ", stored step " + stored.get());
      assertEquals(0, from.step() % 10, from.toString());
      assertEquals("a rank was lost", from.why());
      assertArrayEquals(undisturbed.state().parameters(), resumed.state().parameters());
      assertArrayEquals(undisturbed.state().statistics(), resumed.state().statistics());
    }
  }

  private static SyncBatchNormClassifier classifier() {
    return Blobs.classifier()
        .setHiddenLayers(256, 256)
        .setBatchSize(2)
        .setNumWorkers(WORKERS)
        .setAveragingFrequency("2 steps")
        .setOptimizerState("keep")
        .setMaxIter(2);
  }

  /**
   * Interrupts the last rank as soon as a snapshot inside the second epoch is stored, and returns
   * the snapshot's step.
   */
  private int loseARank() {
    int step = storedStep();
    while (step == 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      step = storedStep();
    }
    String name = "syncnorm-rank-" + (WORKERS - 1);
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .interrupt();
    return step;
  }

  /** 0 if no snapshot inside the second epoch is stored. */
  private int storedStep() {
    try (Stream<Path> files = Files.list(disk)) {
      return files
          .map(file -> INSIDE_SECOND_EPOCH.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToInt(name -> Integer.parseInt(name.group(1)))
          .max()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
