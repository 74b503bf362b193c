package io.syncnorm.plan;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.PeerException;
import io.syncnorm.comm.SharedMemoryWorld;
import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** A world whose ranks are threads of this process. */
final class LocalRanks {
  private LocalRanks() {}

  /**
   * Runs all ranks and returns when they have ended.
   *
   * @param hosts the ranks of each host, which compute in turns
   * @param timeout deadline of every wait of a rank for others
   * @param body of a rank; its failure ends the others
   * @throws CancellationException if this thread is interrupted
   */
  static void run(List<RankGroup> hosts, Duration timeout, Consumer<Communicator> body) {
    int world = hosts.stream().mapToInt(RankGroup::size).sum();
    SharedMemoryWorld shared = new SharedMemoryWorld(world, hosts, timeout);
    ExecutorService threads = Executors.newFixedThreadPool(world);
    try {
      List<Future<?>> ranks = new ArrayList<>();
      for (int rank = 0; rank < world; rank++) {
        Communicator communicator = shared.communicator(rank);
        ranks.add(threads.submit(() -> run(shared, communicator, timeout, body)));
      }
      await(ranks);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void run(
      SharedMemoryWorld shared,
      Communicator communicator,
      Duration timeout,
      Consumer<Communicator> body) {
    try (communicator) {
      try {
        shared.takeTurn(communicator.rank(), timeout);
        communicator.awaitLoaded(timeout);
        body.accept(communicator);
      } catch (RuntimeException | Error e) {
        communicator.abort(e);
        throw e;
      }
    }
  }

  /** Throws the failure that made others fail, if there is one. */
  private static void await(List<Future<?>> ranks) {
    Throwable first = null;
    for (Future<?> rank : ranks) {
      try {
        rank.get();
      } catch (ExecutionException e) {
        first = first == null || isCause(e.getCause(), first) ? e.getCause() : first;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while ranks were running");
      }
    }
    if (first instanceof Error error) {
      throw error;
    }
    if (first != null) {
      throw (RuntimeException) first;
    }
  }

  private static boolean isCause(Throwable failure, Throwable other) {
    return other instanceof PeerException && !(failure instanceof PeerException);
  }
}
