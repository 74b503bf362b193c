package io.syncnorm.comm;

import io.syncnorm.comm.driver.DriverConnection;
import io.syncnorm.comm.driver.Member;
import io.syncnorm.comm.driver.RankConnection;
import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.fold.RankGroups;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A rank's membership in the world of one attempt: its communicator and its connection to the
 * driver. Close it when the rank is done or cannot continue.
 */
public final class Membership implements AutoCloseable {
  /** Joining takes longer than an exchange: processes load classes and connect. */
  private static final Duration SHORTEST_JOIN = Duration.ofSeconds(10);

  private final Host host;
  private final int rank;
  private final RankConnection connection;
  private final Communicator communicator;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** The ranks of a host, which have joined together. Closing it ends those that have not ended. */
  public static final class Host implements AutoCloseable {
    private final ProcessEndpoint endpoint;
    private final SharedMemoryWorld shared;
    private final RankGroup block;
    private final List<Membership> ranks;
    private final AtomicInteger open;

    private Host(
        ProcessEndpoint endpoint,
        DriverConnection connection,
        SharedMemoryWorld shared,
        RankGroup block) {
      this.endpoint = endpoint;
      this.shared = shared;
      this.block = block;
      this.ranks =
          block
              .ranks()
              .mapToObj(rank -> new Membership(this, rank, connection.rank(rank)))
              .toList();
      this.open = new AtomicInteger(block.size());
      // Its lowest rank fails, and with it all ranks of the process.
      connection.onStop(reason -> shared.abort(block.first(), new PeerException(reason)));
    }

    /** The membership of a rank of this host. */
    public Membership rank(int rank) {
      return ranks.get(rank - block.first());
    }

    /** Ends the ranks that have not ended. The driver regards them as lost. */
    @Override
    public void close() {
      for (Membership rank : ranks) {
        if (!rank.closed.get()) {
          rank.connection.lose("its host has ended");
          rank.close();
        }
      }
    }

    private void ended() {
      if (open.decrementAndGet() == 0) {
        endpoint.leave();
      }
    }
  }

  private Membership(Host host, int rank, RankConnection connection) {
    this.host = host;
    this.rank = rank;
    this.connection = connection;
    this.communicator =
        host.shared.size() == 1 ? new SoloCommunicator() : host.shared.communicator(rank);
  }

  /**
   * Joins a rank that has a host of its own, in a world that is not divided into groups.
   *
   * @see #join(String, int, RunKey, RankGroup, RankGroups, InetAddress, Duration)
   */
  public static Membership join(
      String driver, int port, RunKey key, int rank, int world, InetAddress own, Duration timeout) {
    RankGroup block = new RankGroup(rank, rank + 1);
    return join(driver, port, key, block, RankGroups.ofAll(world), own, timeout).rank(rank);
  }

  /**
   * Joins the ranks of a host at the rendezvous, waits for all other hosts, and connects with the
   * processes that this one exchanges messages with. Hosts of one process share its connections;
   * the first of them opens that to the driver.
   *
   * @param driver the rendezvous' address
   * @param block the ranks of the host, each to be run on a thread of its own. They compute one at
   *     a time, from {@link #awaitTurn} on: a rank hands on its turn while it waits in an exchange,
   *     and when it closes its membership
   * @param groups the ranks that fold together: the same on all hosts, whose ranks fold in no
   *     others
   * @param own address of this process that the other processes can reach
   * @param timeout deadline of every wait, here and in the communicator, except {@link
   *     Communicator#awaitLoaded} and {@link #awaitTurn}
   * @throws PeerException if not all ranks join and connect
   */
  public static Host join(
      String driver,
      int port,
      RunKey key,
      RankGroup block,
      RankGroups groups,
      InetAddress own,
      Duration timeout) {
    return join(
        ProcessEndpoint.Endpoints.OF_THIS_JVM, driver, port, key, block, groups, own, timeout);
  }

  /** How long ranks may take to join, if an exchange may take {@code timeout}. */
  public static Duration joinTimeout(Duration timeout) {
    return timeout.compareTo(SHORTEST_JOIN) > 0 ? timeout : SHORTEST_JOIN;
  }

  static Host join(
      ProcessEndpoint.Endpoints process,
      String driver,
      int port,
      RunKey key,
      RankGroup block,
      RankGroups groups,
      InetAddress own,
      Duration timeout) {
    ProcessEndpoint endpoint = process.enter(key, own);
    Duration joining = joinTimeout(timeout);
    boolean hasJoined = false;
    try {
      DriverConnection connection = endpoint.driver(driver, port, joining);
      // The driver times out first and names the missing ranks; this deadline is later.
      List<Member> members = connection.join(endpoint.member(block), joining.multipliedBy(3));
      try {
        SharedMemoryWorld shared = endpoint.world(block, members, groups, timeout);
        Host host = new Host(endpoint, connection, shared, block);
        hasJoined = true;
        return host;
      } catch (RuntimeException | Error e) {
        // Processes that were told to stop no longer listen: the driver's reason is the first
        // cause.
        Optional<String> stop = connection.stopReason();
        String how = stop.orElse(String.valueOf(e.getMessage()));
        block.ranks().forEach(rank -> connection.rank(rank).lose(how));
        endpoint.abandon(block);
        if (stop.isPresent()) {
          throw new PeerException(how, e);
        }
        throw e;
      }
    } catch (IOException e) {
      throw new PeerException(e.getMessage(), e);
    } finally {
      if (!hasJoined) {
        endpoint.leave();
      }
    }
  }

  /**
   * Waits for the rank's first turn: the ranks of its host that go before it load their rows. To be
   * called on the rank's own thread before it computes.
   *
   * @param loading how long a rank may take to load, as in {@link Communicator#awaitLoaded}
   * @throws PeerException if one takes longer, or the world has failed
   */
  public void awaitTurn(Duration loading) {
    host.shared.takeTurn(rank, loading);
  }

  public Communicator communicator() {
    return communicator;
  }

  /** The connections to other processes; empty if all ranks live in this one. */
  Optional<Transport> transport() {
    return host.shared.exchange().transport();
  }

  Limit exchangeLimit() {
    return host.shared.exchangeLimit();
  }

  /** Whether the driver has asked this rank to pause the run. */
  public boolean isPauseAsked() {
    return connection.isPauseAsked();
  }

  /**
   * Sends a report to the driver.
   *
   * @throws PeerException if the driver cannot be reached
   */
  public void report(byte[] bytes) {
    report(ReportBytes.of(bytes));
  }

  /**
   * Sends a report to the driver. It keeps its bytes.
   *
   * @throws PeerException if the driver cannot be reached
   */
  public void report(ReportBytes report) {
    try {
      connection.report(report);
    } catch (IOException e) {
      throw new PeerException(e.getMessage(), e);
    }
  }

  /**
   * Reports to the driver why this rank cannot continue.
   *
   * @throws PeerException if the driver cannot be reached
   */
  public void fail(byte[] payload) {
    try {
      connection.fail(payload);
    } catch (IOException e) {
      throw new PeerException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      communicator.close();
      connection.close();
      host.ended();
    }
  }
}
