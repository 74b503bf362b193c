package io.syncnorm.spark;

import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Ends work on Spark when its thread is interrupted: what waits stops waiting, and the jobs that
 * the thread has submitted are cancelled. Spark itself stops waiting and lets its jobs run on.
 */
public final class Interruption {
  private Interruption() {}

  /**
   * Does work that may submit jobs of any kind.
   *
   * @throws CancellationException if the thread is interrupted, before or meanwhile; it still is
   *     then
   */
  public static <T> T ends(JavaSparkContext spark, Supplier<T> work) {
    requireNone();
    try (JobScope jobs = new JobScope(spark, UUID.randomUUID().toString())) {
      try {
        return work.get();
      } catch (CancellationException e) { // says so itself
        jobs.cancel();
        throw e;
      } catch (Exception e) { // Spark throws InterruptedException without declaring it
        if (!isSeen(e)) {
          throw e;
        }
        jobs.cancel();
        throw cancellation(e);
      }
    }
  }

  /**
   * Cleans up, whether the thread is interrupted or not: Spark's messages and queues break in a
   * thread that is marked, and what they were to free stays.
   */
  public static void despite(Runnable cleanUp) {
    boolean marked = Thread.interrupted();
    try {
      cleanUp.run();
    } finally {
      if (marked) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * @throws CancellationException if the thread is interrupted
   */
  static void requireNone() {
    if (Thread.currentThread().isInterrupted()) {
      throw cancellation(new InterruptedException("before the ranks were started"));
    }
  }

  /** What an interrupted thread throws; it is marked as interrupted again. */
  static CancellationException cancellation(Exception cause) {
    Thread.currentThread().interrupt();
    CancellationException cancelled =
        new CancellationException("the training was cancelled: its thread was interrupted");
    cancelled.initCause(cause);
    return cancelled;
  }

  /** Whether this thread was interrupted; a failed job may have met the interruption of a task. */
  private static boolean isSeen(Exception failure) {
    Throwable cause = failure;
    while (cause != null
        && !(cause instanceof InterruptedException)
        && !(cause instanceof SparkException)) {
      cause = cause.getCause();
    }
    return cause instanceof InterruptedException || Thread.currentThread().isInterrupted();
  }
}
