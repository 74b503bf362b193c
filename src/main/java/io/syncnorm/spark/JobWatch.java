package io.syncnorm.spark;

import io.syncnorm.spark.TaskSlots.SlotsException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Cancels a job that Spark would not end, or not soon: one whose slots have gone for good before it
 * was started, because an executor may be lost after slots were counted and Spark then holds a
 * barrier stage back for ever; and one that is over, but for a rank that hangs.
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
  private volatile SlotsException lack;
  private volatile boolean cancelled;

  /**
   * @param tag of the job
   * @param slotTimeout how long there may be too few slots
   * @param isOver whether the ranks have no more to do
   * @param overtime how long the job may go on then
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

  /** Whether it was us who cancelled the job. */
  boolean hasCancelled() {
    return cancelled;
  }

  /** The slots that were missing, if that is why. */
  Optional<SlotsException> lack() {
    return Optional.ofNullable(lack);
  }

  private void watch() {
    long enoughAt = System.nanoTime();
    long goesOnAt = enoughAt;
    try {
      while (!closed.await(POLL_MILLIS, TimeUnit.MILLISECONDS) && !spark.sc().isStopped()) {
        long now = System.nanoTime();
        int slots = TaskSlots.available(spark);
        enoughAt = slots >= world ? now : enoughAt;
        goesOnAt = isOver.getAsBoolean() ? goesOnAt : now;
        if (now - enoughAt > slotTimeout.toNanos()) {
          lack = new SlotsException(spark, world, slots);
        }
        if (lack != null || now - goesOnAt > overtime.toNanos()) {
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
