package io.syncnorm.comm;

import io.syncnorm.comm.connection.Connections;
import io.syncnorm.comm.connection.Rehearsal;
import io.syncnorm.comm.driver.DriverConnection;
import io.syncnorm.comm.driver.Member;
import io.syncnorm.comm.fold.Neighbours;
import io.syncnorm.comm.fold.Placement;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.fold.RankGroups;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The state that the hosts of one attempt share in one process: the connections to the driver and
 * to other processes, and the shared-memory world. Hosts find it by the run's key; it is closed
 * when the last of them leaves.
 */
final class ProcessEndpoint {
  /** The endpoints of a process, one per attempt that has hosts there. */
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
            endpoint.hostCount++;
            return endpoint;
          });
    }
  }

  private final Endpoints siblings;
  private final String process = UUID.randomUUID().toString();
  private final RunKey key;
  private final InetAddress address;
  private final Connecting connecting;
  private final CompletableFuture<SharedMemoryWorld> world = new CompletableFuture<>();
  private DriverConnection driver;
  private int hostCount;

  private ProcessEndpoint(Endpoints siblings, RunKey key, InetAddress address) {
    this.siblings = siblings;
    this.key = key;
    this.address = address;
    this.connecting = new Connecting(key, address);
    Rehearsal.begin(key); // from here on the process waits for others
  }

  void leave() {
    siblings.endpoints.computeIfPresent(
        key.id(),
        (id, endpoint) -> {
          if (--endpoint.hostCount > 0) {
            return endpoint;
          }
          endpoint.shutDown();
          return null;
        });
  }

  /** Lets the ranks of a host leave that cannot use the world: the others do not wait for them. */
  void abandon(RankGroup block) {
    // At once if the world has been built, else when it is.
    CompletableFuture<Void> unused =
        world.thenAccept(shared -> block.ranks().forEach(shared::leave));
  }

  /**
   * The connection to the driver, which the first host opens.
   *
   * @param timeout how long it may take to connect
   */
  synchronized DriverConnection driver(String host, int port, Duration timeout) {
    if (driver == null) {
      driver = DriverConnection.open(host, port, key, timeout);
      driver.onStop(connecting::stop);
    }
    return driver;
  }

  /** A host of this process with these ranks. */
  Member member(RankGroup block) {
    return new Member(block, process, address.getHostAddress(), connecting.port());
  }

  /**
   * The world of these members. The host of the lowest ranks of this process creates it, and the
   * others wait for it.
   *
   * @param groups the ranks that fold together
   */
  SharedMemoryWorld world(
      RankGroup block, List<Member> members, RankGroups groups, Duration timeout) {
    List<List<Member>> processes = byProcess(members);
    int self = indexOfSelf(processes);
    if (processes.get(self).get(0).block().equals(block)) {
      try {
        world.complete(build(processes, self, members, groups, timeout));
      } catch (IOException | RuntimeException e) {
        PeerException failure =
            e instanceof PeerException peer
                ? peer
                : new PeerException("cannot connect the executors: " + e.getMessage(), e);
        world.completeExceptionally(failure);
      }
    }
    Duration joining = Membership.joinTimeout(timeout);
    return Connecting.await(world, Deadline.in(joining), joining, () -> "the executors to connect");
  }

  private SharedMemoryWorld build(
      List<List<Member>> processes,
      int self,
      List<Member> members,
      RankGroups groups,
      Duration timeout)
      throws IOException {
    List<RankGroup> all = hosts(members.stream());
    Stream<Member> ofMachine =
        members.stream().filter(member -> member.host().equals(address.getHostAddress()));
    SharedMemoryWorld.Hosts hosts =
        new SharedMemoryWorld.Hosts(
            all, hosts(processes.get(self).stream()), hosts(ofMachine).size());
    if (processes.size() == 1) {
      connecting.stopListening();
      return new SharedMemoryWorld(Processes.one(groups.world()), hosts, timeout);
    }
    List<Member> first = processes.stream().map(process -> process.get(0)).toList();
    List<String> names = processes.stream().map(ProcessEndpoint::name).toList();
    Placement placement = placement(processes, groups.world());
    Duration joining = Membership.joinTimeout(timeout);
    List<SocketChannel> channels =
        connecting.connect(first, names, self, new Neighbours(placement, groups).of(self), joining);
    try {
      connecting.stopListening();
      CompletableFuture<SharedMemoryWorld> built = new CompletableFuture<>();
      Transport transport =
          new SocketTransport(
              self,
              Connections.open(channels, names, self, key, Deadline.in(joining)),
              names,
              key,
              new Waiting.Spin(hosts.ofMachine()),
              () -> built.join().checkHealthy());
      built.complete(
          new SharedMemoryWorld(
              new Processes(placement, self, Optional.of(transport)), hosts, timeout));
      return built.join();
    } catch (IOException | RuntimeException e) {
      Connecting.closeAll(channels);
      throw e;
    }
  }

  private synchronized void shutDown() {
    connecting.close();
    if (driver != null) {
      driver.close();
    }
    if (world.isDone() && !world.isCompletedExceptionally()) {
      world.join().disconnect();
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

  private static Placement placement(List<List<Member>> processes, int world) {
    int[] processOfRank = new int[world];
    for (int process = 0; process < processes.size(); process++) {
      for (int rank : ranksOf(processes.get(process))) {
        processOfRank[rank] = process;
      }
    }
    return new Placement(processOfRank);
  }

  /** The ranks of each host, in the order of ranks. */
  private static List<RankGroup> hosts(Stream<Member> members) {
    return members.map(Member::block).toList();
  }

  private static String name(List<Member> process) {
    return "the executor of ranks %s at %s"
        .formatted(Arrays.toString(ranksOf(process)), process.get(0).host());
  }

  private static int[] ranksOf(List<Member> process) {
    return process.stream().flatMapToInt(member -> member.block().ranks()).toArray();
  }
}
