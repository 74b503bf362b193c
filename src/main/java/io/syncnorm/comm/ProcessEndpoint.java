package io.syncnorm.comm;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The state that the ranks of one attempt share in one process: the port that other processes
 * connect to, and the shared-memory world. Ranks find it by the run's key; it is closed when the
 * last of them leaves.
 */
final class ProcessEndpoint {
  /** The endpoints of a process, one per attempt that has ranks there. */
  static final class Endpoints {
    /** The endpoints of this JVM. Tests create more, to simulate several processes. */
    static final Endpoints OF_THIS_JVM = new Endpoints();

    private final Map<String, ProcessEndpoint> endpoints = new ConcurrentHashMap<>();

    ProcessEndpoint enter(RunKey key, InetAddress address) {
      return endpoints.compute(
          key.id(),
          (id, existing) -> {
            ProcessEndpoint endpoint =
                existing == null ? new ProcessEndpoint(this, key, address) : existing;
            endpoint.ranks++;
            return endpoint;
          });
    }
  }

  private final Endpoints siblings;
  private final String process = UUID.randomUUID().toString();
  private final RunKey key;
  private final InetAddress address;
  private final Listener listener;
  private final Map<Integer, CompletableFuture<SocketChannel>> connections =
      new ConcurrentHashMap<>();
  private final CompletableFuture<SharedMemoryWorld> world = new CompletableFuture<>();
  private volatile boolean closed;
  private int ranks;

  private ProcessEndpoint(Endpoints siblings, RunKey key, InetAddress address) {
    this.siblings = siblings;
    this.key = key;
    this.address = address;
    try {
      this.listener = Listener.open(address, key, this::connected);
    } catch (IOException e) {
      throw new PeerException(
          "cannot listen on %s for other ranks: %s".formatted(address, e.getMessage()), e);
    }
  }

  void leave() {
    siblings.endpoints.computeIfPresent(
        key.id(),
        (id, endpoint) -> {
          if (--endpoint.ranks > 0) {
            return endpoint;
          }
          endpoint.shutDown();
          return null;
        });
  }

  /** Leaves for a rank that cannot use the world, so that the others do not wait for it. */
  void abandon(int rank) {
    // At once if the world has been built, else when it is.
    CompletableFuture<Void> unused = world.thenAccept(shared -> shared.leave(rank));
    leave();
  }

  /**
   * @param block the ranks of the rank's host
   */
  Member member(int rank, RankGroup block) {
    return new Member(rank, block, process, address.getHostAddress(), listener.port());
  }

  /**
   * The world of these members. The lowest rank of this process creates it, and the others wait for
   * it.
   */
  SharedMemoryWorld world(int rank, List<Member> members, Duration timeout) {
    List<List<Member>> processes = byProcess(members);
    int self = indexOfSelf(processes);
    if (processes.get(self).get(0).rank() == rank) {
      try {
        world.complete(build(processes, self, members, timeout));
      } catch (IOException | RuntimeException e) {
        PeerException failure =
            e instanceof PeerException peer
                ? peer
                : new PeerException("cannot connect the executors: " + e.getMessage(), e);
        world.completeExceptionally(failure);
      }
    }
    return await(world, Membership.joinTimeout(timeout), "the executors to connect");
  }

  private SharedMemoryWorld build(
      List<List<Member>> processes, int self, List<Member> members, Duration timeout)
      throws IOException {
    List<RankGroup> all = hosts(members.stream());
    Stream<Member> ofMachine =
        members.stream().filter(member -> member.host().equals(address.getHostAddress()));
    SharedMemoryWorld.Hosts hosts =
        new SharedMemoryWorld.Hosts(
            all, hosts(processes.get(self).stream()), hosts(ofMachine).size());
    if (processes.size() == 1) {
      listener.close();
      return new SharedMemoryWorld(members.size(), hosts, timeout, Optional.empty());
    }
    List<SocketChannel> channels = new ArrayList<>();
    try {
      connect(processes, self, Membership.joinTimeout(timeout), channels);
      listener.close();
      CompletableFuture<SharedMemoryWorld> built = new CompletableFuture<>();
      Mesh mesh =
          new Mesh(
              self,
              channels,
              processes.stream().map(ProcessEndpoint::name).toList(),
              key,
              new Waiting.Spin(hosts.ofMachine()),
              () -> built.join().checkHealthy());
      List<int[]> ranksOfProcess = processes.stream().map(ProcessEndpoint::ranksOf).toList();
      built.complete(
          new SharedMemoryWorld(
              members.size(),
              hosts,
              timeout,
              Optional.of(new Bridge(mesh, ranksOfProcess, members.size()))));
      return built.join();
    } catch (IOException | RuntimeException e) {
      channels.stream().filter(Objects::nonNull).forEach(Listener::closeQuietly);
      throw e;
    }
  }

  /**
   * Connects to the processes before this one, and accepts connections from those after it.
   *
   * @param channels filled with the connections made so far, also on failure
   */
  private void connect(
      List<List<Member>> processes, int self, Duration timeout, List<SocketChannel> channels)
      throws IOException {
    Deadline deadline = Deadline.in(timeout);
    for (int process = 0; process < processes.size(); process++) {
      if (process < self) {
        channels.add(Mesh.connect(processes.get(process).get(0), self, key, deadline));
      } else if (process == self) {
        channels.add(null);
      } else {
        channels.add(
            await(
                connection(process),
                Duration.ofMillis(deadline.remainingMillis()),
                name(processes.get(process)) + " to connect"));
      }
    }
  }

  private void connected(SocketChannel channel) throws IOException {
    Socket socket = channel.socket();
    socket.setSoTimeout((int) Listener.HANDSHAKE_TIMEOUT.toMillis());
    int process = new DataInputStream(socket.getInputStream()).readInt();
    socket.setSoTimeout(0);
    if (!connection(process).complete(channel)) {
      throw new IOException("a process connected twice: process=" + process);
    }
    if (closed) { // shutDown may have missed this channel
      throw new IOException("no rank is left in this process: connecting process=" + process);
    }
  }

  private CompletableFuture<SocketChannel> connection(int process) {
    return connections.computeIfAbsent(process, index -> new CompletableFuture<>());
  }

  private void shutDown() {
    closed = true;
    listener.close();
    for (CompletableFuture<SocketChannel> connection : connections.values()) {
      if (connection.isDone()) {
        Listener.closeQuietly(connection.join());
      }
    }
    if (world.isDone() && !world.isCompletedExceptionally()) {
      world.join().bridge().ifPresent(Bridge::close);
    }
  }

  private int indexOfSelf(List<List<Member>> processes) {
    for (int i = 0; i < processes.size(); i++) {
      if (processes.get(i).get(0).process().equals(process)) {
        return i;
      }
    }
    throw new PeerException("this process is not among the members of its run");
  }

  /** Members by process, in the order of their lowest ranks. */
  private static List<List<Member>> byProcess(List<Member> members) {
    Map<String, List<Member>> processes = new LinkedHashMap<>();
    for (Member member : members) {
      processes.computeIfAbsent(member.process(), id -> new ArrayList<>()).add(member);
    }
    return List.copyOf(processes.values());
  }

  /** The ranks of each host, in the order of ranks. */
  private static List<RankGroup> hosts(Stream<Member> members) {
    return members.map(Member::block).distinct().toList();
  }

  private static String name(List<Member> process) {
    return "the executor of ranks %s at %s"
        .formatted(Arrays.toString(ranksOf(process)), process.get(0).host());
  }

  private static int[] ranksOf(List<Member> process) {
    return process.stream().mapToInt(Member::rank).toArray();
  }

  private static <T> T await(CompletableFuture<T> future, Duration timeout, String what) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerException("interrupted while waiting for " + what, e);
    } catch (TimeoutException e) {
      throw new PeerException(
          String.format(
              Locale.ROOT,
              "timed out waiting for %s: training.wait-timeout = %d ms",
              what,
              timeout.toMillis()),
          e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof PeerException peer
          ? peer
          : new PeerException(e.getCause().getMessage(), e.getCause());
    }
  }
}
