package io.syncnorm.spark.ranks;

import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.TaskSlots.SlotsException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Cancels a job that Spark would not end, or not soon. There are two cases: an executor is lost
 * after the slots were counted, so Spark holds the barrier stage back forever; or the job's work is
 * over but a rank does not respond.
 */
final class JobWatch implements AutoCloseable {
  private static final long POLL_MILLIS = 250;

  private final JavaSparkContext spark;
  private final String tag;
  private final int world;
  private final Duration slotTimeout;
  private final Duration overtime;
  private final BooleanSupplier isOver;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile SlotsException missingSlots;
  private volatile boolean cancelled;

  /**
   * @param tag of the job
   * @param slotTimeout how long there may be too few slots
   * @param isOver whether the ranks have nothing more to do
   * @param overtime how long the job may continue then
   */
  JobWatch(
      JavaSparkContext spark,
      String tag,
      int world,
      Duration slotTimeout,
      BooleanSupplier isOver,
      Duration overtime) {
    this.spark = spark;
    this.tag = tag;
    this.world = world;
    this.slotTimeout = slotTimeout;
    this.isOver = isOver;
    this.overtime = overtime;
    Thread thread = new Thread(this::watch, "syncnorm-job");
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether this watch cancelled the job. */
  boolean hasCancelled() {
    return cancelled;
  }

  /** The missing slots, if they are why the job was cancelled. */
  Optional<SlotsException> missingSlots() {
    return Optional.ofNullable(missingSlots);
  }

  private void watch() {
    long enoughAt = System.nanoTime();
    long runningAt = enoughAt;
    try {
      while (!closed.await(POLL_MILLIS, TimeUnit.MILLISECONDS) && !spark.sc().isStopped()) {
        long now = System.nanoTime();
        int slots = TaskSlots.available(spark);
        enoughAt = slots >= world ? now : enoughAt;
        runningAt = isOver.getAsBoolean() ? runningAt : now;
        if (now - enoughAt > slotTimeout.toNanos()) {
          missingSlots = new SlotsException(spark, world, slots);
        }
        if (missingSlots != null || now - runningAt > overtime.toNanos()) {
          cancelled = true;
          spark.sc().cancelJobsWithTag(tag);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
