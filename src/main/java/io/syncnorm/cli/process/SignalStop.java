package io.syncnorm.cli.process;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Ends a run in order when its process is told to stop (SIGTERM, SIGINT): Spark's jobs are
 * cancelled, the run unwinds and gives its directory up, and only then Spark's own hooks run. Java
 * ends with 128 plus the signal's number by itself.
 */
public final class SignalStop implements AutoCloseable {
  /** Spark's hooks have 40, Hadoop's 10; the highest runs first. */
  private static final int PRIORITY = 100;

  /** Schedulers wait some 30 s between SIGTERM and SIGKILL. */
  private static final long DEADLINE_SECONDS = 20;

  /** A job may be submitted while the signal arrives, so one cancellation may not be the last. */
  private static final long CANCEL_EVERY_MILLIS = 200;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Runnable hook = this::stop;
  private volatile JavaSparkContext spark;

  /** To be closed after all that the run holds. */
  public SignalStop() {
    ShutdownHookManager.get()
        .addShutdownHook(hook, PRIORITY, DEADLINE_SECONDS + 1, TimeUnit.SECONDS);
  }

  /** Whether the process is on its way out: what fails now fails for that reason. */
  public static boolean isStopping() {
    return ShutdownHookManager.get().isShutdownInProgress();
  }

  /** Says whose jobs to cancel. */
  public void cancels(JavaSparkContext context) {
    spark = context;
  }

  private void stop() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    try {
      do {
        JavaSparkContext context = spark;
        if (context != null && !context.sc().isStopped()) {
          context.sc().cancelAllJobs();
        }
      } while (!ended.await(CANCEL_EVERY_MILLIS, TimeUnit.MILLISECONDS)
          && System.nanoTime() < deadline);
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
