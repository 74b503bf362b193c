package io.syncnorm.spark;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.SharedMemoryWorld;
import io.syncnorm.comm.SoloCommunicator;
import io.syncnorm.train.EpochListener;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the ranks of one run in local mode share with the driver: they are threads of its JVM, and
 * find it here by the run's id, because a task's closure travels serialized even there.
 */
final class LocalRun implements AutoCloseable {
  private static final Map<String, LocalRun> RUNS = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();
  private final int size;
  private final SharedMemoryWorld world;
  private final EpochListener listener;
  private final AtomicReference<RankFailedException> failure = new AtomicReference<>();

  LocalRun(int size, Duration timeout, EpochListener listener) {
    this.size = size;
    this.world = new SharedMemoryWorld(size, timeout);
    this.listener = listener;
    RUNS.put(id, this);
  }

  static LocalRun find(String id) {
    LocalRun run = RUNS.get(id);
    if (run == null) {
      throw new IllegalStateException(
          "this task's run has ended, or it was not started in local mode: run=" + id);
    }
    return run;
  }

  String id() {
    return id;
  }

  Communicator communicator(int rank) {
    return size == 1 ? new SoloCommunicator() : world.communicator(rank);
  }

  EpochListener listener() {
    return listener;
  }

  /** Keeps the first failure: what other ranks report afterwards is its consequence. */
  void fail(int rank, Throwable cause) {
    failure.compareAndSet(null, new RankFailedException(rank, cause));
  }

  Optional<RankFailedException> failure() {
    return Optional.ofNullable(failure.get());
  }

  @Override
  public void close() {
    RUNS.remove(id);
  }
}
