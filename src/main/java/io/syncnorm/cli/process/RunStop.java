package io.syncnorm.cli.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Ends a run cleanly on a signal (SIGTERM, SIGINT) or at its time limit: Spark's jobs are
 * cancelled, and the run unwinds and releases its directory. After a signal, Spark's own shutdown
 * hooks run only then, and the JVM ends with 128 plus the signal's number.
 */
public final class RunStop implements AutoCloseable {
  /** No limit: the longest time in nanoseconds. */
  public static final Duration UNLIMITED = Duration.ofNanos(Long.MAX_VALUE);

  /** Priority of the shutdown hook. Spark's have 40, Hadoop's 10; the highest runs first. */
  private static final int PRIORITY = 100;

  /** Shorter than the 30 s that schedulers usually wait between SIGTERM and SIGKILL. */
  private static final long DEADLINE_SECONDS = 20;

  /** The interval of cancellations; they repeat because another job may be submitted meanwhile. */
  private static final long CANCEL_EVERY_MILLIS = 200;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Runnable hook = this::stop;
  private final long startNanos = System.nanoTime();
  private final long limitNanos;
  private volatile JavaSparkContext spark;

  /** Starts watching; close it after all other resources of the run. */
  public RunStop(Duration limit) {
    this.limitNanos = limit.toNanos();
    ShutdownHookManager.get()
        .addShutdownHook(hook, PRIORITY, DEADLINE_SECONDS + 1, TimeUnit.SECONDS);
  }

  /** Whether the process is stopping, which is then the cause of any failure. */
  public static boolean isStopping() {
    return ShutdownHookManager.get().isShutdownInProgress();
  }

  /** Whether the run must end, because of a signal or the time limit. */
  public boolean isDue() {
    return isStopping() || left() <= 0;
  }

  /** Sets the context whose jobs are cancelled, and starts a thread that watches the time limit. */
  public void cancelJobsOf(JavaSparkContext context) {
    spark = context;
    Thread watch = new Thread(() -> cancelAfter(left(), Long.MAX_VALUE), "time limit");
    watch.setDaemon(true);
    watch.start();
  }

  private void stop() {
    cancelAfter(0, TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS));
  }

  private long left() {
    return limitNanos - (System.nanoTime() - startNanos);
  }

  /** Waits, then cancels all jobs repeatedly until the run has ended or the deadline has passed. */
  private void cancelAfter(long waitNanos, long deadlineNanos) {
    try {
      boolean hasEnded = ended.await(waitNanos, TimeUnit.NANOSECONDS);
      long begin = System.nanoTime();
      while (!hasEnded && System.nanoTime() - begin < deadlineNanos) {
        JavaSparkContext context = spark;
        if (context != null && !context.sc().isStopped()) {
          context.sc().cancelAllJobs();
        }
        hasEnded = ended.await(CANCEL_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    if (!isStopping()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }
}
