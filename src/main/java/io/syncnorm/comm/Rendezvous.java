package io.syncnorm.comm;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
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
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's end of one attempt: every rank comes here once, says where it lives, and gets the
 * addresses of all. Its connection stays as the rank's line to the driver, for reports and for the
 * news that another rank is lost.
 *
 * <pre>
 * rank   -> driver   rank [4] process [utf] host [utf] port [4]
 * driver -> rank     MEMBERS [1] member | member | ...             when all are there
 * rank   -> driver   kind [1] length [4] payload [length]          any number of times
 * driver -> rank     STOP [1] reason [utf]                         at most once
 * </pre>
 *
 * <p>It stops listening as soon as all ranks are there. They load their rows afterwards, so that a
 * line that breaks meanwhile tells at once that its rank is lost.
 */
public final class Rendezvous implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rendezvous.class);

  /**
   * Hears what ranks say; called on threads of the rendezvous, for each rank in order. It must not
   * wait for anything slow: what a rank sends next waits in its connection, and so does the rank.
   */
  public interface Events {
    /** A rank sent a report. */
    void reported(int rank, byte[] payload);

    /** A rank said why it cannot go on. */
    void failed(int rank, byte[] payload);

    /** A rank's line broke before it said that it is done, or it never came. */
    void lost(int rank, String how);

    /** A rank will say nothing more; comes last, once for each rank that was there. */
    void finished(int rank);
  }

  static final int REPORT = 1;
  static final int FAILURE = 2;
  static final int DONE = 3;
  static final int MEMBERS = 4;
  static final int STOP = 5;
  private static final int MAX_REASON_CHARACTERS = 8000;

  private final int world;
  private final Duration timeout;
  private final int maxPayload;
  private final Events events;
  private final Listener listener;

  /** Of the ranks that have come, in their order. */
  private final Map<Integer, Line> lines = new ConcurrentSkipListMap<>();

  private final List<Member> members = new ArrayList<>();
  private final CountDownLatch settled = new CountDownLatch(1);
  private volatile boolean closed;

  private record Line(SocketChannel channel, DataOutputStream out) {}

  /**
   * @param address the driver's own, reachable by the executors
   * @param timeout ranks that are not there so long after the first are missed, and the others told
   *     to stop; until then the job may be waiting for slots that another one holds. Ranks come
   *     before they load their rows, so it need not outlast that
   * @param maxPayload bytes of the largest report
   */
  public Rendezvous(
      InetAddress address, RunKey key, int world, Duration timeout, int maxPayload, Events events)
      throws IOException {
    this.world = world;
    this.timeout = timeout;
    this.maxPayload = maxPayload;
    this.events = events;
    this.listener = Listener.open(address, key, this::enter);
  }

  /** Where ranks find it, at the driver's address. */
  public int port() {
    return listener.port();
  }

  /** Ranks that have not come yet; empty once the run has begun. */
  public List<Integer> missing() {
    return IntStream.range(0, world).filter(rank -> !lines.containsKey(rank)).boxed().toList();
  }

  /** Tells all ranks to stop. */
  public void abort(String reason) {
    String shortened = reason.substring(0, Math.min(MAX_REASON_CHARACTERS, reason.length()));
    lines.forEach(
        (rank, line) -> {
          try {
            synchronized (line) {
              line.out().writeByte(STOP);
              line.out().writeUTF(shortened);
              line.out().flush();
            }
          } catch (IOException e) {
            LOG.debug("rank {} cannot be told to stop", rank, e);
          }
        });
  }

  @Override
  public void close() {
    closed = true;
    settled.countDown();
    listener.close();
    lines.values().forEach(line -> Listener.closeQuietly(line.channel()));
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
              "ranks %s did not come to the rendezvous within training.wait-timeout = %d ms",
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
    if (rank < 0 || rank >= world || lines.putIfAbsent(rank, new Line(channel, out)) != null) {
      throw new IOException(
          String.format(
              Locale.ROOT, "a rank must be 0 to %d and come once: rank=%d", world - 1, rank));
    }
    boolean first;
    boolean complete;
    synchronized (members) {
      first = members.isEmpty();
      members.add(member);
      complete = members.size() == world;
    }
    if (first && !complete) {
      Listener.daemon("rendezvous", this::failMissingRanks).start();
    }
    if (complete) {
      settled.countDown();
      listener.close();
      sendMembers();
    }
    Listener.daemon("line-" + rank, () -> listen(rank, in)).start();
  }

  private void sendMembers() throws IOException {
    for (Line line : lines.values()) {
      synchronized (line) {
        line.out().writeByte(MEMBERS);
        for (Member member : members) {
          member.write(line.out());
        }
        line.out().flush();
      }
    }
  }

  private void listen(int rank, DataInputStream in) {
    try {
      for (int kind = in.read(); kind != DONE; kind = in.read()) {
        if (kind < 0) {
          throw new EOFException("its connection was closed");
        }
        int length = in.readInt();
        if (length < 0 || length > maxPayload || (kind != REPORT && kind != FAILURE)) {
          throw new IOException(
              String.format(
                  Locale.ROOT, "it sent a frame that is none: kind=%d length=%d", kind, length));
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
          throw new EOFException("its connection was closed");
        }
        if (kind == REPORT) {
          events.reported(rank, payload);
        } else {
          events.failed(rank, payload);
        }
      }
    } catch (IOException e) {
      if (!closed) {
        events.lost(rank, e.getMessage());
      }
    } finally {
      events.finished(rank);
    }
  }
}
