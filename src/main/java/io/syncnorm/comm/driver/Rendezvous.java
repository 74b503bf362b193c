package io.syncnorm.comm.driver;

import io.syncnorm.comm.wire.Closing;
import io.syncnorm.comm.wire.Daemon;
import io.syncnorm.comm.wire.Listener;
import io.syncnorm.comm.wire.RunKey;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's end of one attempt: every rank connects once, sends its address, and receives the
 * addresses of all ranks. The connection stays open for the rank's reports and for the notice that
 * another rank is lost.
 *
 * <pre>
 * rank   -> driver   rank [4] block [4 + 4] process [utf] host [utf] port [4]
 * driver -> rank     MEMBERS [1] member | member | ...             when all have joined
 * rank   -> driver   PART [1] length [4] bytes [length]            a part of a report, at most 1 MB
 * rank   -> driver   REPORT [1]                                    the parts are a report
 * rank   -> driver   FAILURE [1] length [4] bytes [length]         also between parts
 * rank   -> driver   DONE [1]                                      the last message
 * driver -> rank 0   PAUSE [1]                                     any number of times
 * driver -> rank     STOP [1] reason [utf]                         at most once
 * </pre>
 *
 * <p>It stops listening as soon as all ranks have joined. Ranks load their rows afterwards, so a
 * connection that breaks during loading shows at once that its rank is lost.
 */
public final class Rendezvous implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rendezvous.class);

  /**
   * Receives the messages of ranks, on threads of the rendezvous, in order for each rank.
   * Implementations must return quickly: until they do, the rank's next message stays in its
   * connection and may block the rank.
   */
  public interface Events {
    /** All ranks have joined. */
    default void joined() {}

    /** A rank sent a report. */
    void reported(int rank, ReportBytes report);

    /** A rank reported why it cannot continue. */
    void failed(int rank, byte[] payload);

    /**
     * A rank's connection broke before the rank reported that it is done, or the rank never joined.
     */
    void lost(int rank, String how);

    /**
     * A rank will send nothing more. This is the last call for each rank that joined, made once.
     */
    void finished(int rank);
  }

  static final int PART = 1;
  static final int REPORT = 2;
  static final int FAILURE = 3;
  static final int DONE = 4;
  static final int MEMBERS = 5;
  static final int STOP = 6;
  static final int PAUSE = 7;
  private static final int MAX_REASON_CHARACTERS = 8000;

  /**
   * Bytes of a message that are written or read at once: Java copies them through a buffer of that
   * length, outside the heap.
   */
  static final int SLICE_BYTES = 1 << 16;

  private final int world;
  private final Duration timeout;
  private final long maxReportBytes;
  private final Events events;
  private final Listener listener;

  /** Connections of the ranks that have joined, in rank order. */
  private final Map<Integer, Connection> connections = new ConcurrentSkipListMap<>();

  private final List<Member> members = new ArrayList<>();
  private final CountDownLatch settled = new CountDownLatch(1);

  /** Guarded by {@link #members}. */
  private boolean sealed;

  private final LongAdder received = new LongAdder();
  private volatile boolean closed;

  private record Connection(SocketChannel channel, DataOutputStream out) {}

  @FunctionalInterface
  private interface Frame {
    void writeTo(DataOutputStream out) throws IOException;
  }

  /**
   * @param address the driver's own, reachable by the executors
   * @param timeout how long after the first rank the last one may join; then the missing ranks are
   *     reported as lost and the others are stopped. The time starts at the first rank because
   *     before it the job may be waiting for slots that another job holds. Ranks join before they
   *     load their rows, so the timeout need not cover loading
   * @param maxReportBytes bytes of the largest report
   */
  public Rendezvous(
      InetAddress address,
      RunKey key,
      int world,
      Duration timeout,
      long maxReportBytes,
      Events events)
      throws IOException {
    this.world = world;
    this.timeout = timeout;
    this.maxReportBytes = maxReportBytes;
    this.events = events;
    this.listener = Listener.open(address, key, this::enter);
  }

  /** The port that ranks connect to, at the driver's address. */
  public int port() {
    return listener.port();
  }

  /** Ranks that have not joined yet; empty once the run has started. */
  public List<Integer> missing() {
    return IntStream.range(0, world)
        .filter(rank -> !connections.containsKey(rank))
        .boxed()
        .toList();
  }

  /** A number that grows while messages arrive, also within a large one. */
  public long received() {
    return received.sum();
  }

  /**
   * Lets no more ranks join.
   *
   * @return number of ranks that have not joined
   */
  public int seal() {
    listener.close();
    synchronized (members) {
      sealed = true;
      return world - members.size();
    }
  }

  /**
   * Asks rank 0 to pause the run: all ranks end together as soon as they have one model, which has
   * been reported. Has no effect before all ranks have joined and know each other.
   */
  public void pause() {
    if (settled.getCount() == 0 && !closed) {
      send(0, connections.get(0), out -> out.writeByte(PAUSE));
    }
  }

  /** Tells all ranks to stop. */
  public void abort(String reason) {
    String shortened = reason.substring(0, Math.min(MAX_REASON_CHARACTERS, reason.length()));
    connections.forEach(
        (rank, connection) ->
            send(
                rank,
                connection,
                out -> {
                  out.writeByte(STOP);
                  out.writeUTF(shortened);
                }));
  }

  private static void send(int rank, Connection connection, Frame frame) {
    try {
      synchronized (connection) {
        frame.writeTo(connection.out());
        connection.out().flush();
      }
    } catch (IOException e) {
      LOG.debug("cannot reach rank {} to stop or pause it", rank, e);
    }
  }

  @Override
  public void close() {
    closed = true;
    settled.countDown();
    listener.close();
    connections.values().forEach(connection -> Closing.quietly(connection.channel()));
  }

  private void failMissingRanks() {
    try {
      if (settled.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    List<Integer> missing = missing();
    if (!closed && !missing.isEmpty()) {
      String reason =
          String.format(
              Locale.ROOT,
              "timed out waiting for ranks %s to join: training.wait-timeout = %d ms",
              missing,
              timeout.toMillis());
      events.lost(missing.get(0), reason);
      abort(reason);
    }
  }

  private void enter(SocketChannel channel) throws IOException {
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(channel.socket().getInputStream()));
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(channel.socket().getOutputStream()));
    channel.socket().setSoTimeout((int) Listener.HANDSHAKE_TIMEOUT.toMillis());
    Member member = Member.read(in);
    channel.socket().setSoTimeout(0);
    int rank = member.rank();
    if (rank < 0
        || rank >= world
        || connections.putIfAbsent(rank, new Connection(channel, out)) != null) {
      throw new IOException(
          String.format(
              Locale.ROOT, "a rank must be 0 to %d and join once: rank=%d", world - 1, rank));
    }
    boolean first;
    boolean complete;
    synchronized (members) {
      if (sealed) {
        throw new IOException("the attempt is over");
      }
      first = members.isEmpty();
      members.add(member);
      complete = members.size() == world;
    }
    if (first && !complete) {
      Daemon.thread("rendezvous", this::failMissingRanks).start();
    }
    if (complete) {
      listener.close();
      events.joined();
      sendMembers();
      settled.countDown();
    }
    Daemon.thread("connection-" + rank, () -> listen(rank, in)).start();
  }

  private void sendMembers() throws IOException {
    for (Connection connection : connections.values()) {
      synchronized (connection) {
        connection.out().writeByte(MEMBERS);
        for (Member member : members) {
          member.write(connection.out());
        }
        connection.out().flush();
      }
    }
  }

  private void listen(int rank, DataInputStream in) {
    try {
      new MessageReader(rank, in, maxReportBytes, received).readTo(events);
    } catch (IOException e) {
      if (!closed) {
        events.lost(rank, e.getMessage());
      }
    } finally {
      events.finished(rank);
    }
  }
}
