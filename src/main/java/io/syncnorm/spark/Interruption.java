package io.syncnorm.spark;

import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Ends work on Spark when its thread is interrupted: waits end, and the jobs that the thread has
 * submitted are cancelled. Spark by itself only stops waiting and lets the jobs continue.
 */
public final class Interruption {
  private Interruption() {}

  /**
   * Runs work that may submit jobs of any kind.
   *
   * @throws CancellationException if the thread is interrupted, before or during the work; its
   *     interrupt flag stays set
   */
  public static <T> T ends(JavaSparkContext spark, Supplier<T> work) {
    requireNone();
    try (JobScope jobs = new JobScope(spark, UUID.randomUUID().toString())) {
      try {
        return work.get();
      } catch (CancellationException e) { // the work noticed the interrupt
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
   * Cleans up with the thread's interrupt flag cleared, and restores the flag afterwards. Spark's
   * messages and queues fail in an interrupted thread, so resources would not be freed.
   */
  public static void uninterrupted(Runnable cleanUp) {
    boolean interrupted = Thread.interrupted();
    try {
      cleanUp.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * @throws CancellationException if the thread is interrupted
   */
  public static void requireNone() {
    if (Thread.currentThread().isInterrupted()) {
      throw cancellation(new InterruptedException("before the ranks were started"));
    }
  }

  /** The exception for an interrupted thread; sets the interrupt flag again. */
  public static CancellationException cancellation(Exception cause) {
    Thread.currentThread().interrupt();
    CancellationException cancelled =
        new CancellationException("the training was cancelled: its thread was interrupted");
    cancelled.initCause(cause);
    return cancelled;
  }

  /**
   * Whether a job was cancelled.
   *
   * @param jobFailure what Spark threw, or null
   */
  public static boolean isCancelled(Exception jobFailure) {
    return jobFailure != null && SparkMessages.saysCancelled(jobFailure);
  }

  /** The exception for a cancelled job. */
  public static CancellationException cancelledJob(Exception jobFailure) {
    CancellationException cancelled =
        new CancellationException("the training job was cancelled: " + jobFailure.getMessage());
    cancelled.initCause(jobFailure);
    return cancelled;
  }

  /** Whether this thread was interrupted. An interrupt inside a failed job is a task's. */
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
