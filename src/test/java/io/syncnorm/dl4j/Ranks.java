package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.SharedMemoryWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Ranks as threads that communicate in shared memory. */
final class Ranks {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private Ranks() {}

  /** The program of a rank. */
  @FunctionalInterface
  interface Body<T> {
    T run(Communicator communicator) throws Exception;
  }

  /** Runs all ranks and returns their results in rank order; throws the first failure. */
  static <T> List<T> run(int world, Body<T> body) throws Exception {
    SharedMemoryWorld shared = new SharedMemoryWorld(world, TIMEOUT);
    ExecutorService threads = Executors.newFixedThreadPool(world);
    try {
      List<Future<T>> ranks = new ArrayList<>();
      for (int rank = 0; rank < world; rank++) {
        Communicator communicator = shared.communicator(rank);
        ranks.add(threads.submit(() -> runOne(communicator, body)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> rank : ranks) {
        results.add(rank.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError("a rank failed: " + e.getCause(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> T runOne(Communicator communicator, Body<T> body) throws Exception {
    try (communicator) {
      return body.run(communicator);
    } catch (Exception | Error e) {
      communicator.abort(e);
      throw e;
    }
  }
}
