package io.syncnorm.spark.ranks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Cancels a job that Spark would not end, or not soon. There are two cases: an executor is lost
 * after the slots were counted, so some hosts do not start; or the job's work is over but a rank
 * does not respond.
 */
final class JobWatch implements AutoCloseable {
  private static final long POLL_MILLIS = 250;

  /** How long there may be too few slots: an executor that is replaced is gone for a moment. */
  private static final long SHORTAGE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final JavaSparkContext spark;
  private final String tag;
  private final BooleanSupplier canStart;
  private final BooleanSupplier isOver;
  private final Duration overtime;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean isShort;
  private volatile boolean cancelled;

  /**
   * @param tag of the job
   * @param canStart whether its hosts have started, or have slots to start on
   * @param isOver whether the ranks have nothing more to do
   * @param overtime how long the job may continue then
   */
  JobWatch(
      JavaSparkContext spark,
      String tag,
      BooleanSupplier canStart,
      BooleanSupplier isOver,
      Duration overtime) {
    this.spark = spark;
    this.tag = tag;
    this.canStart = canStart;
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

  /** Whether it did so because there are too few slots left to start all hosts. */
  boolean hasTooFewSlots() {
    return isShort;
  }

  private void watch() {
    long enoughAt = System.nanoTime();
    long runningAt = enoughAt;
    try {
      while (!closed.await(POLL_MILLIS, TimeUnit.MILLISECONDS) && !spark.sc().isStopped()) {
        long now = System.nanoTime();
        enoughAt = canStart.getAsBoolean() ? now : enoughAt;
        runningAt = isOver.getAsBoolean() ? runningAt : now;
        isShort = now - enoughAt > SHORTAGE_NANOS;
        if (isShort || now - runningAt > overtime.toNanos()) {
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
