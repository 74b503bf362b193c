package io.syncnorm.comm;

import io.syncnorm.comm.driver.Rendezvous;
import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.fold.RankGroups;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A world whose ranks are threads, in one or several simulated processes, with a rendezvous. */
final class TestWorld implements AutoCloseable {
  private static final int MAX_PAYLOAD = 1 << 20;

  /** The program of a rank. */
  @FunctionalInterface
  interface RankBody<T> {
    T run(Communicator communicator) throws Exception;
  }

  /**
   * The placement of ranks on processes and hosts.
   *
   * @param processOfRank the process of each rank
   * @param hosts the ranks of each host
   * @param isEncrypted whether connections are encrypted
   */
  record Layout(List<Integer> processOfRank, List<RankGroup> hosts, boolean isEncrypted) {
    /** Each rank on a host of its own, with plain connections. */
    static Layout of(Integer... processOfRank) {
      return new Layout(List.of(processOfRank), RankGroup.each(processOfRank.length), false);
    }

    /** These processes and hosts, with encrypted connections. */
    Layout encrypted() {
      return new Layout(processOfRank, hosts, true);
    }

    /** These processes, with so many ranks on each host. */
    Layout hosts(int... ranksOfHost) {
      List<RankGroup> hosts = new ArrayList<>();
      int first = 0;
      for (int ranks : ranksOfHost) {
        hosts.add(new RankGroup(first, first + ranks));
        first += ranks;
      }
      return new Layout(processOfRank, hosts, isEncrypted);
    }

    int world() {
      return processOfRank.size();
    }

    RankGroup hostOf(int rank) {
      return hosts.stream().filter(host -> host.contains(rank)).findFirst().orElseThrow();
    }
  }

  /** Longer than any rank of a test loads. */
  private static final Duration LOADING = Duration.ofSeconds(60);

  final List<String> events = new CopyOnWriteArrayList<>();
  final RunKey key;
  final Rendezvous rendezvous;
  private final Layout layout;
  private final RankGroups groups;
  private final Duration timeout;
  private final List<ProcessEndpoint.Endpoints> processes = new ArrayList<>();
  private final Map<RankGroup, CompletableFuture<Membership.Host>> hosts =
      new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  TestWorld(Layout layout, Duration timeout) throws Exception {
    this(layout, RankGroups.ofAll(layout.world()), timeout);
  }

  /**
   * @param groups the ranks that fold together
   */
  TestWorld(Layout layout, RankGroups groups, Duration timeout) throws Exception {
    this.key = layout.isEncrypted() ? RunKey.encrypted() : RunKey.random();
    this.layout = layout;
    this.groups = groups;
    this.timeout = timeout;
    int count = layout.processOfRank().stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
    for (int process = 0; process < count; process++) {
      processes.add(new ProcessEndpoint.Endpoints());
    }
    this.rendezvous =
        new Rendezvous(
            InetAddress.getLoopbackAddress(),
            key,
            layout.world(),
            timeout,
            MAX_PAYLOAD,
            new Rendezvous.Events() {
              @Override
              public void reported(int rank, ReportBytes report) {
                events.add(String.format(Locale.ROOT, "reported %d %d", rank, report.length()));
              }

              @Override
              public void failed(int rank, byte[] payload) {
                events.add(String.format(Locale.ROOT, "failed %d %d", rank, payload.length));
              }

              @Override
              public void finished(int rank) {}

              @Override
              public void lost(int rank, String how) {
                events.add(String.format(Locale.ROOT, "lost %d: %s", rank, how));
              }
            });
  }

  /** Runs a body on every rank of a world of its own. */
  static <T> List<T> run(Layout layout, Duration timeout, RankBody<T> body) throws Exception {
    return run(layout, RankGroups.ofAll(layout.world()), timeout, body);
  }

  /** Runs a body on every rank of a world of its own that is divided into groups. */
  static <T> List<T> run(Layout layout, RankGroups groups, Duration timeout, RankBody<T> body)
      throws Exception {
    try (TestWorld world = new TestWorld(layout, groups, timeout)) {
      return world.run(body);
    }
  }

  /** A fold. */
  static void sum(double[] into, double[] other) {
    for (int i = 0; i < into.length; i++) {
      into[i] += other[i];
    }
  }

  Membership join(int rank) {
    return join(rank, rendezvous.port());
  }

  /**
   * @param port the port of the rendezvous or of a proxy
   */
  Membership join(int rank, int port) {
    RankGroup block = layout.hostOf(rank);
    if (block.size() == 1) {
      return join(block, port).rank(rank);
    }
    CompletableFuture<Membership.Host> own = new CompletableFuture<>();
    CompletableFuture<Membership.Host> first = hosts.putIfAbsent(block, own);
    if (first == null) { // of its host: joins for all of them
      try {
        own.complete(join(block, port));
      } catch (PeerException e) {
        own.completeExceptionally(e);
      }
    }
    return Connecting.await(
            first == null ? own : first, Deadline.in(LOADING), LOADING, () -> "the host to join")
        .rank(rank);
  }

  /** Joins the ranks of a host. */
  Membership.Host join(RankGroup block) {
    return join(block, rendezvous.port());
  }

  private Membership.Host join(RankGroup block, int port) {
    return Membership.join(
        processes.get(layout.processOfRank().get(block.first())),
        InetAddress.getLoopbackAddress().getHostAddress(),
        port,
        key,
        block,
        groups,
        InetAddress.getLoopbackAddress(),
        timeout);
  }

  <T> Future<T> start(int rank, RankBody<T> body) {
    return start(rank, rendezvous.port(), body);
  }

  <T> Future<T> start(int rank, int port, RankBody<T> body) {
    return threads.submit(
        () -> {
          try (Membership membership = join(rank, port)) {
            membership.awaitTurn(LOADING);
            return body.run(membership.communicator());
          }
        });
  }

  /** Runs a body on every rank; the first failure of a communicator is rethrown. */
  <T> List<T> run(RankBody<T> body) throws Exception {
    List<Future<T>> ranks = new ArrayList<>();
    for (int rank = 0; rank < layout.world(); rank++) {
      ranks.add(start(rank, body));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> rank : ranks) {
      try {
        results.add(rank.get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof PeerException peer) {
          throw peer;
        }
        throw e;
      }
    }
    return results;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    rendezvous.close();
  }
}
