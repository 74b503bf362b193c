package io.syncnorm.spark;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees broadcasts, also in an interrupted thread. Nobody waits: Spark waits until no task uses the
 * broadcast, or for an executor that may have hung. In local mode Spark prints a stack trace for
 * each that is on its way when it stops; {@link #isBusy} says when that is over.
 */
public final class Freeing {
  private static final Logger LOG = LoggerFactory.getLogger(Freeing.class);
  private static final int THREADS = 8;
  private static final AtomicInteger REQUESTS = new AtomicInteger();
  private static final ThreadPoolExecutor WAITING = threads();

  private Freeing() {}

  /** Whether a broadcast is still being freed; known in local mode only. */
  public static boolean isBusy() {
    return REQUESTS.get() > 0;
  }

  /** Frees the copies of a broadcast. */
  static void free(Broadcast<?> broadcast) {
    SparkEnv environment = SparkEnv.get();
    if (environment == null) {
      return; // Spark has stopped, which frees all
    }
    if (!Internals.isLocal(environment.conf())) {
      Interruption.uninterrupted(() -> broadcast.destroy(false));
      return;
    }
    REQUESTS.incrementAndGet();
    WAITING.execute(
        () -> {
          try {
            broadcast.destroy(true);
          } catch (Exception e) { // Spark throws checked exceptions without declaring them
            LOG.debug("a broadcast was not freed, as Spark stops", e);
          } finally {
            REQUESTS.decrementAndGet();
          }
        });
  }

  private static ThreadPoolExecutor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            body -> {
              Thread thread = new Thread(body, "syncnorm-free");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
