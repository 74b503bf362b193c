package io.syncnorm.comm;

import io.syncnorm.comm.driver.DriverConnection;
import io.syncnorm.comm.driver.Member;
import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * A rank's membership in the world of one attempt: its communicator and its connection to the
 * driver. Close it when the rank is done or cannot continue.
 */
public final class Membership implements AutoCloseable {
  /** Joining takes longer than an exchange: processes load classes and connect. */
  private static final Duration SHORTEST_JOIN = Duration.ofSeconds(10);

  private final ProcessEndpoint endpoint;
  private final DriverConnection connection;
  private final SharedMemoryWorld shared;
  private final int rank;
  private final Communicator communicator;

  private Membership(
      ProcessEndpoint endpoint, DriverConnection connection, SharedMemoryWorld shared, int rank) {
    this.endpoint = endpoint;
    this.connection = connection;
    this.shared = shared;
    this.rank = rank;
    this.communicator = shared.size() == 1 ? new SoloCommunicator() : shared.communicator(rank);
  }

  /**
   * Joins a rank that has a host of its own.
   *
   * @see #join(String, int, RunKey, int, int, InetAddress, Duration, RankGroup)
   */
  public static Membership join(
      String host, int port, RunKey key, int rank, int world, InetAddress own, Duration timeout) {
    return join(host, port, key, rank, world, own, timeout, new RankGroup(rank, rank + 1));
  }

  /**
   * Joins at the rendezvous, waits for all ranks, and connects with them.
   *
   * @param host the rendezvous' address
   * @param own address of this process that the other processes can reach
   * @param timeout deadline of every wait, here and in the communicator, except {@link
   *     Communicator#awaitLoaded} and {@link #awaitTurn}
   * @param block the ranks of the rank's host, all in this process, each on a thread of its own.
   *     They compute one at a time, from {@link #awaitTurn} on: a rank hands on its turn while it
   *     waits in an exchange, and when it closes its membership
   * @throws PeerException if not all ranks join and connect
   */
  public static Membership join(
      String host,
      int port,
      RunKey key,
      int rank,
      int world,
      InetAddress own,
      Duration timeout,
      RankGroup block) {
    return join(
        ProcessEndpoint.Endpoints.OF_THIS_JVM, host, port, key, rank, world, own, timeout, block);
  }

  /** How long ranks may take to join, if an exchange may take {@code timeout}. */
  public static Duration joinTimeout(Duration timeout) {
    return timeout.compareTo(SHORTEST_JOIN) > 0 ? timeout : SHORTEST_JOIN;
  }

  static Membership join(
      ProcessEndpoint.Endpoints process,
      String host,
      int port,
      RunKey key,
      int rank,
      int world,
      InetAddress own,
      Duration timeout,
      RankGroup block) {
    ProcessEndpoint endpoint = process.enter(key, own);
    DriverConnection connection = null;
    boolean isMember = false;
    boolean hasJoined = false;
    try {
      Duration joining = joinTimeout(timeout);
      connection = DriverConnection.connect(host, port, key, joining);
      // The driver times out first and names the missing ranks; this deadline is later.
      List<Member> members =
          connection.join(endpoint.member(rank, block), world, joining.multipliedBy(2));
      isMember = true;
      SharedMemoryWorld shared = endpoint.world(rank, members, timeout);
      connection.onStop(reason -> shared.abort(rank, new PeerException(reason)));
      Membership membership = new Membership(endpoint, connection, shared, rank);
      hasJoined = true;
      return membership;
    } catch (IOException e) {
      throw new PeerException(e.getMessage(), e);
    } finally {
      if (!hasJoined) {
        if (connection != null) {
          connection.close();
        }
        if (isMember) {
          endpoint.abandon(rank);
        } else {
          endpoint.leave();
        }
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
    shared.takeTurn(rank, loading);
  }

  public Communicator communicator() {
    return communicator;
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
    communicator.close();
    connection.close();
    endpoint.leave();
  }
}
