package io.syncnorm.spark.ranks;

import io.syncnorm.comm.fold.RankGroup;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;

/**
 * The threads of a host's ranks: the task's own if the host has one rank, otherwise one for each.
 * They end before the task does. An interrupt of the task reaches all of them.
 */
final class RankThreads {
  /**
   * How long the other ranks may take to end when one has failed. They notice at their next
   * exchange, and then say why they end; an interrupted rank does not.
   */
  private static final long GRACE_MILLIS = 500;

  private final RankGroup block;
  private volatile boolean interrupted;

  /** What each rank does. */
  @FunctionalInterface
  interface Body {
    void run(int rank, RankThreads ranks);
  }

  RankThreads(RankGroup block) {
    this.block = block;
  }

  /** Whether the ranks were interrupted because one of them has failed, or their task ends. */
  boolean haveBeenInterrupted() {
    return interrupted;
  }

  /** Runs all ranks. Throws what the first of them threw that failed. */
  void run(Body body) {
    int ranks = block.end() - block.first();
    if (ranks == 1) {
      body.run(block.first(), this);
      return;
    }
    AtomicInteger next = new AtomicInteger(block.first());
    ExecutorService threads =
        Executors.newFixedThreadPool(ranks, run -> thread(run, next.getAndIncrement()));
    CompletionService<Void> ended = new ExecutorCompletionService<>(threads);
    TaskContext task = TaskContext.get();
    for (int rank = block.first(); rank < block.end(); rank++) {
      ended.submit(inTask(task, rank, body));
    }
    threads.shutdown();
    Throwable failure = awaitAll(ended, ranks, threads);
    if (failure != null) {
      Storage.rethrow(failure);
    }
  }

  private static Thread thread(Runnable run, int rank) {
    Thread thread = new Thread(run, String.format(Locale.ROOT, "syncnorm-rank-%d", rank));
    thread.setDaemon(true);
    return thread;
  }

  /** Spark's readers of rows, and a user's own code in them, ask for the task of their thread. */
  private Callable<Void> inTask(TaskContext task, int rank, Body body) {
    return () -> {
      TaskContext$.MODULE$.setTaskContext(task);
      try {
        body.run(rank, this);
        return null;
      } finally {
        TaskContext$.MODULE$.unset();
      }
    };
  }

  /** Waits until all threads have ended. Returns the first failure, or null. */
  private Throwable awaitAll(CompletionService<Void> ended, int ranks, ExecutorService threads) {
    Throwable failure = null;
    boolean wasInterrupted = false;
    for (int running = ranks; running > 0; ) {
      try {
        boolean isLimited = failure != null && !interrupted;
        Future<Void> next =
            isLimited ? ended.poll(GRACE_MILLIS, TimeUnit.MILLISECONDS) : ended.take();
        if (next == null) {
          interrupt(threads);
          continue;
        }
        running--;
        next.get();
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      } catch (InterruptedException e) {
        wasInterrupted = true;
        interrupt(threads);
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
    return failure;
  }

  private void interrupt(ExecutorService threads) {
    interrupted = true;
    threads.shutdownNow();
  }
}
