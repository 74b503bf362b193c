package io.syncnorm.cli.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;

/** Stops what runs when its time is up: Spark's jobs are cancelled, as {@link SignalStop} does. */
public final class TimeLimit implements AutoCloseable {
  private static final long CANCEL_EVERY_MILLIS = 200;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final long startNanos = System.nanoTime();
  private final long limitNanos;
  private final Thread watch = new Thread(this::watch, "time limit");

  public TimeLimit(Duration limit) {
    this.limitNanos = limit.toNanos();
    watch.setDaemon(true);
  }

  private volatile JavaSparkContext spark;

  /** Says whose jobs to cancel; from now on somebody watches. */
  public void cancels(JavaSparkContext context) {
    spark = context;
    watch.start();
  }

  public boolean isOver() {
    return left() <= 0;
  }

  private long left() {
    return limitNanos - (System.nanoTime() - startNanos);
  }

  private void watch() {
    try {
      if (ended.await(Math.max(0, left()), TimeUnit.NANOSECONDS)) {
        return;
      }
      do { // a cell that was between two jobs begins another
        if (!spark.sc().isStopped()) {
          spark.sc().cancelAllJobs();
        }
      } while (!ended.await(CANCEL_EVERY_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
  }
}
