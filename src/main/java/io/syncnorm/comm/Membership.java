package io.syncnorm.comm;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * A rank's place in the world of one attempt: its communicator, and its line to the driver. Close
 * it when the rank is done, or when it cannot go on.
 */
public final class Membership implements AutoCloseable {
  /** Coming together takes longer than an exchange: processes load classes and connect. */
  private static final Duration SHORTEST_JOIN = Duration.ofSeconds(10);

  private final ProcessEndpoint endpoint;
  private final DriverLine line;
  private final Communicator communicator;

  private Membership(ProcessEndpoint endpoint, DriverLine line, Communicator communicator) {
    this.endpoint = endpoint;
    this.line = line;
    this.communicator = communicator;
  }

  /**
   * Comes to the rendezvous, waits for all ranks, and connects with them.
   *
   * @param host the rendezvous' address
   * @param own address of this process that the other processes can reach
   * @param timeout deadline of every wait, here and in the communicator, but for {@link
   *     Communicator#awaitLoaded}
   * @throws PeerException if the world does not come together
   */
  public static Membership join(
      String host, int port, RunKey key, int rank, int world, InetAddress own, Duration timeout) {
    return join(ProcessEndpoint.Endpoints.OF_THIS_JVM, host, port, key, rank, world, own, timeout);
  }

  /** How long ranks may take to come together, where an exchange may take {@code timeout}. */
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
      Duration timeout) {
    ProcessEndpoint endpoint = process.enter(key, own);
    DriverLine line = null;
    try {
      Duration joining = joinTimeout(timeout);
      line = DriverLine.connect(host, port, key, joining);
      // The driver gives up first and says who is missing; this is the deadline after that.
      List<Member> members = line.join(endpoint.member(rank), world, joining.multipliedBy(2));
      SharedMemoryWorld place = endpoint.world(rank, members, timeout);
      line.onStop(reason -> place.abort(rank, new PeerException(reason)));
      return new Membership(
          endpoint, line, world == 1 ? new SoloCommunicator() : place.communicator(rank));
    } catch (RuntimeException | Error e) {
      if (line != null) {
        line.close();
      }
      endpoint.leave();
      throw e;
    }
  }

  public Communicator communicator() {
    return communicator;
  }

  public DriverLine driver() {
    return line;
  }

  @Override
  public void close() {
    communicator.close();
    line.close();
    endpoint.leave();
  }
}
