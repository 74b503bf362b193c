package io.syncnorm.cli.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Ends a run in order when its process is told to stop (SIGTERM, SIGINT) or its time is up: Spark's
 * jobs are cancelled, and the run unwinds and gives its directory up. After a signal only then
 * Spark's own hooks run, and Java ends with 128 plus the signal's number by itself.
 */
public final class RunStop implements AutoCloseable {
  /** The limit of a run that may take as long as Java can count. */
  public static final Duration UNLIMITED = Duration.ofNanos(Long.MAX_VALUE);

  /** Spark's hooks have 40, Hadoop's 10; the highest runs first. */
  private static final int PRIORITY = 100;

  /** Schedulers wait some 30 s between SIGTERM and SIGKILL. */
  private static final long DEADLINE_SECONDS = 20;

  /** A job may be submitted meanwhile, so one cancellation may not be the last. */
  private static final long CANCEL_EVERY_MILLIS = 200;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Runnable hook = this::stop;
  private final long startNanos = System.nanoTime();
  private final long limitNanos;
  private volatile JavaSparkContext spark;

  /** To be closed after all that the run holds. */
  public RunStop(Duration limit) {
    this.limitNanos = limit.toNanos();
    ShutdownHookManager.get()
        .addShutdownHook(hook, PRIORITY, DEADLINE_SECONDS + 1, TimeUnit.SECONDS);
  }

  /** Whether the process is on its way out: what fails now fails for that reason. */
  public static boolean isStopping() {
    return ShutdownHookManager.get().isShutdownInProgress();
  }

  /** Whether the run is to end, for either reason. */
  public boolean isDue() {
    return isStopping() || left() <= 0;
  }

  /** Says whose jobs to cancel; from now on a thread watches the time. */
  public void cancels(JavaSparkContext context) {
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

  /** Waits, and cancels all jobs again and again, until the run has ended or patience has. */
  private void cancelAfter(long waitNanos, long patienceNanos) {
    try {
      boolean hasEnded = ended.await(waitNanos, TimeUnit.NANOSECONDS);
      long begin = System.nanoTime();
      while (!hasEnded && System.nanoTime() - begin < patienceNanos) {
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
