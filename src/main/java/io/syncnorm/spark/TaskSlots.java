package io.syncnorm.spark;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/** How many tasks Spark can run at once: the largest world there can be. */
public final class TaskSlots {
  private static final long POLL_MILLIS = 50;

  /** Executors of one application register within a second or two of each other. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(3);

  private TaskSlots() {}

  /** Slots of all executors that are registered now. */
  public static int available(JavaSparkContext spark) {
    SparkContext context = spark.sc();
    // Spark's own question before it starts a barrier stage; private to Scala, public to the JVM.
    return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
  }

  /**
   * @throws SlotsException if a world does not fit
   */
  public static void require(JavaSparkContext spark, int world) {
    int slots = available(spark);
    if (world > slots) {
      throw new SlotsException(world, slots, spark.master());
    }
  }

  /**
   * Waits until a world fits: executors may still be coming. In local mode none will.
   *
   * @throws SlotsException if it does not fit in time
   */
  public static void await(JavaSparkContext spark, int world, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    while (available(spark) < world && !spark.isLocal() && System.nanoTime() < end) {
      pause();
    }
    require(spark, world);
  }

  /** Waits until no more executors come, and says how many slots there are; at least one. */
  public static int settled(JavaSparkContext spark, Duration timeout) {
    if (spark.isLocal()) {
      return available(spark);
    }
    long end = System.nanoTime() + timeout.toNanos();
    int slots = available(spark);
    long since = System.nanoTime();
    while (System.nanoTime() < end && (slots == 0 || System.nanoTime() - since < SETTLED_NANOS)) {
      pause();
      int now = available(spark);
      if (now != slots) {
        slots = now;
        since = System.nanoTime();
      }
    }
    if (slots == 0) {
      throw new SlotsException(1, 0, spark.master());
    }
    return slots;
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for task slots");
    }
  }

  /** A world needs more task slots than Spark has. */
  public static final class SlotsException extends RuntimeException {
    SlotsException(int world, int slots, String master) {
      super(
          "all ranks must run at the same time, and there are not enough task slots: expected world=%d, found slots=%d on master=%s; lower training.world, or give Spark more cores (local[%d], --num-executors, --executor-cores)"
              .formatted(world, slots, master, world));
    }
  }
}
