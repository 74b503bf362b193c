package io.syncnorm.comm;

import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.comm.fold.Placement;
import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A world on a cluster that is simulated in this JVM: the real communicators, each on a thread,
 * over a {@link SimulatedNetwork}. Simulated time passes while ranks compute and while messages
 * travel between processes. Folds and exchanges within a process take none.
 */
final class SimulatedWorld {
  /** Deadline of every wait, in real time: for a machine that does other things, too. */
  private static final Duration PATIENT = Duration.ofSeconds(60);

  /** A quarter of the default: a rank needs a few frames only. */
  private static final long STACK_BYTES = 256L << 10;

  /** More than any machine has cores, so that no rank spins. */
  private static final int MANY_HOSTS = Integer.MAX_VALUE;

  /**
   * What makes a cluster slower.
   *
   * @param jitter mean seconds that a message takes longer
   * @param seed of the jitter
   * @param slowProcess the process that computes slowly
   * @param slowdown factor on the time that its ranks compute
   */
  record Disturbance(double jitter, long seed, int slowProcess, double slowdown) {
    static final Disturbance NONE = new Disturbance(0, 0, 0, 1);
  }

  private final Layout layout;
  private final SimulatedNetwork network;
  private final List<SharedMemoryWorld> processes = new ArrayList<>();
  private final List<SimulatedCommunicator> communicators = new ArrayList<>();

  /**
   * @param layout at least two processes, numbered from 0 without gaps
   */
  SimulatedWorld(Layout layout, LinkCost cost, Disturbance disturbance) {
    this.layout = layout;
    int count = layout.processOfRank().stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
    this.network =
        new SimulatedNetwork(
            count,
            cost,
            disturbance.jitter(),
            disturbance.seed(),
            process -> processes.get(process).checkHealthy());
    Placement placement = placement(layout);
    for (int process = 0; process < count; process++) {
      Processes own = new Processes(placement, process, Optional.of(network.endpoint(process)));
      own.setLinks(cost);
      processes.add(build(own));
    }
    for (RankGroup host : layout.hosts()) {
      int process = processOf(host.first());
      SimulatedCommunicator.HostClock clock =
          new SimulatedCommunicator.HostClock(
              process == disturbance.slowProcess() ? disturbance.slowdown() : 1);
      host.ranks()
          .mapToObj(
              rank ->
                  new SimulatedCommunicator(
                      processes.get(process), rank, clock, network.endpoint(process)))
          .forEach(communicators::add);
    }
  }

  /** A world whose ranks are divided evenly over processes, in order, each on a host of its own. */
  static Layout blocks(int world, int processes) {
    return Layout.of(
        IntStream.range(0, world)
            .map(rank -> rank * processes / world)
            .boxed()
            .toArray(Integer[]::new));
  }

  /** The process of each rank of a layout. */
  static Placement placement(Layout layout) {
    return new Placement(layout.processOfRank().stream().mapToInt(Integer::intValue).toArray());
  }

  private SharedMemoryWorld build(Processes own) {
    List<RankGroup> local =
        layout.hosts().stream().filter(host -> processOf(host.first()) == own.self()).toList();
    return new SharedMemoryWorld(
        own, new SharedMemoryWorld.Hosts(layout.hosts(), local, MANY_HOSTS), PATIENT);
  }

  private int processOf(int rank) {
    return layout.processOfRank().get(rank);
  }

  /** What each process has sent so far; to be called when no rank runs. */
  List<SimulatedNetwork.Traffic> traffic() {
    return network.traffic();
  }

  /** Runs a body on every rank, once in the life of this world; returns results by rank. */
  <T> List<T> run(Function<? super SimulatedCommunicator, T> body) throws InterruptedException {
    return runAll(
        communicators,
        communicator -> {
          communicator.awaitTurn(PATIENT);
          return body.apply(communicator);
        });
  }

  /**
   * Runs a body for each communicator on a thread of its own, and closes them. If one fails, all
   * ranks end.
   *
   * @throws IllegalStateException if a body fails; its cause is the first failure
   */
  static <C extends Communicator, T> List<T> runAll(
      List<C> communicators, Function<? super C, T> body) throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<FutureTask<T>> ranks = new ArrayList<>();
    for (C communicator : communicators) {
      ranks.add(new FutureTask<>(() -> runOne(communicator, communicators, body, failure)));
    }
    for (FutureTask<T> rank : ranks) {
      Thread thread = new Thread(null, rank, "rank", STACK_BYTES);
      thread.setDaemon(true);
      thread.start();
    }
    List<T> results = new ArrayList<>();
    for (FutureTask<T> rank : ranks) {
      try {
        results.add(rank.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("a rank has failed: " + failure.get(), failure.get());
      }
    }
    return results;
  }

  private static <C extends Communicator, T> T runOne(
      C communicator,
      List<C> all,
      Function<? super C, T> body,
      AtomicReference<Throwable> failure) {
    try {
      return body.apply(communicator);
    } catch (RuntimeException | Error e) {
      if (failure.compareAndSet(null, e)) {
        all.forEach(other -> other.abort(e));
      }
      throw e;
    } finally {
      communicator.close();
    }
  }
}
