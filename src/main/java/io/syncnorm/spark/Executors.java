package io.syncnorm.spark;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machines on which the executors of an application run. */
public final class Executors {
  private static final Logger LOG = LoggerFactory.getLogger(Executors.class);
  private static final long POLL_MILLIS = 50;

  private Executors() {}

  /**
   * Waits for two executors, on different machines if the cluster has them there: while more
   * executors start, it waits for one on another machine.
   *
   * @return Spark's names of their machines; equal if all executors run on one
   * @throws SlotsException if there are fewer than two in time, and in local mode
   */
  public static List<String> awaitTwo(JavaSparkContext spark, Duration timeout) {
    long start = System.nanoTime();
    long changedAt = start;
    boolean isLogged = false;
    List<String> machines = machines(spark);
    while (!spark.isLocal()
        && machines.stream().distinct().count() < 2
        && System.nanoTime() - start < timeout.toNanos()) {
      boolean areSettled = System.nanoTime() - changedAt > TaskSlots.SETTLED_NANOS;
      if (areSettled && machines.size() >= 2) {
        break;
      }
      if (areSettled && !isLogged) {
        LOG.info("waiting for two executors: found={}", machines.size());
        isLogged = true;
      }
      pause();
      List<String> now = machines(spark);
      if (now.size() != machines.size()) {
        changedAt = System.nanoTime();
      }
      machines = now;
    }
    if (machines.size() < 2) {
      throw SlotsException.oneExecutor(spark, machines.size());
    }
    return Stream.concat(machines.stream().distinct(), machines.stream()).limit(2).toList();
  }

  /** The machine of each executor; in local mode there are none. */
  private static List<String> machines(JavaSparkContext spark) {
    if (spark.isLocal()) {
      return List.of();
    }
    BlockManagerId driver = SparkEnv.get().blockManager().blockManagerId();
    return Stream.of(spark.sc().statusTracker().getExecutorInfos())
        .filter(info -> info.port() != driver.port() || !info.host().equals(driver.host()))
        .map(SparkExecutorInfo::host)
        .toList();
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for executors");
    }
  }
}
