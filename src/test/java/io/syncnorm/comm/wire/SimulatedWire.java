package io.syncnorm.comm.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * Listeners, and processes that connect to them, on a simulated network and clock. What decides is
 * real: handshakes, admission, and when attempts are repeated. What moves bytes is simulated:
 *
 * <ul>
 *   <li>Whatever one side sends arrives after half a round trip.
 *   <li>A system holds so many connections until its listener accepts them, and drops requests for
 *       more. The system of the other side repeats a request after 1, 3, 7 ... seconds (RFC 6298).
 *   <li>A listener has one thread for accepting and for handshakes, which does one thing after
 *       another, and {@link Listener#ACCEPTORS} more, each of which one member holds until its
 *       first message has arrived.
 * </ul>
 */
final class SimulatedWire {
  private static final long SECOND = 1_000_000_000;
  private static final long ATTEMPT = Listener.HANDSHAKE_TIMEOUT.toNanos();

  /**
   * @param halfNanos half a round trip
   * @param acceptNanos the time in which a listener's thread accepts a connection
   * @param stepNanos the time in which it handles what has arrived on one
   * @param queue connections that a system holds for a listener
   * @param places unauthenticated connections that a listener has room for
   */
  record Network(long halfNanos, long acceptNanos, long stepNanos, int queue, int places) {}

  /** Something that will happen; no two are equal. */
  private static final class Event {
    final Runnable action;

    Event(Runnable action) {
      this.action = action;
    }
  }

  private final Network network;
  private final RunKey key = RunKey.random();
  private final SplittableRandom random = new SplittableRandom(1);
  private final Timers<Event> events = new Timers<>();
  private long now;
  private int attempts;

  SimulatedWire(Network network) {
    this.network = network;
  }

  /** The time, from 0, in nanoseconds. */
  long now() {
    return now;
  }

  /** How often members have tried to connect. */
  int attempts() {
    return attempts;
  }

  /** Lets something happen after some nanoseconds. */
  void after(long nanos, Runnable action) {
    events.set(new Event(action), now + nanos);
  }

  /** Lets time pass until nothing more happens. */
  void run() {
    while (events.size() > 0) {
      now += events.nanosLeft(now, Long.MAX_VALUE);
      events.poll(now).orElseThrow().action.run();
    }
  }

  /** One attempt to connect. */
  private static final class Link {
    final Member member;
    final long start;
    Handshake server;

    /** What has arrived before it was accepted. */
    ByteBuffer early = ByteBuffer.allocate(0);

    int requests;
    boolean isClosed;
    boolean hasThread;
    boolean hasGreeted;

    /**
     * @param member null if it will send nothing
     */
    Link(Member member, long start) {
      this.member = member;
      this.start = start;
    }
  }

  /** A process that listens. */
  final class Host {
    private final IntConsumer accepted;
    private final Deque<Link> queue = new ArrayDeque<>();
    private final Admission<Link> admission =
        new Admission<>(network.places(), Listener.HANDSHAKE_TIMEOUT);

    /** Members that wait for a thread. */
    private final Deque<Link> authenticated = new ArrayDeque<>();

    private int acceptors = Listener.ACCEPTORS;
    private long busyUntil;

    /**
     * @param accepted takes the index of each member
     */
    Host(IntConsumer accepted) {
      this.accepted = accepted;
    }

    /** Somebody connects who will send nothing. */
    void visit() {
      after(network.halfNanos(), () -> request(new Link(null, now)));
    }

    private void request(Link link) {
      if (link.member != null && link.member.link != link) {
        return; // the attempt is over
      }
      if (queue.size() >= network.queue()) {
        link.requests++;
        after(((1L << link.requests) - 1) * SECOND - (now - link.start), () -> request(link));
        return;
      }
      queue.add(link);
      work(network.acceptNanos(), this::accept);
      if (link.member != null) {
        after(network.halfNanos(), () -> link.member.connected(link));
      }
    }

    private void work(long nanos, Runnable task) {
      busyUntil = Math.max(busyUntil, now) + nanos;
      after(busyUntil - now, task);
    }

    private void accept() {
      Link link = queue.remove();
      link.server = Handshake.server(key);
      admission.admit(link, now).ifPresent(this::drop);
      after(Listener.HANDSHAKE_TIMEOUT.toNanos(), this::dropLate);
      if (link.early.hasRemaining()) {
        arrived(link, link.early);
      }
    }

    private void dropLate() {
      for (Optional<Link> late = admission.expired(now);
          late.isPresent();
          late = admission.expired(now)) {
        drop(late.get());
      }
    }

    private void drop(Link link) {
      link.isClosed = true;
      if (link.member != null) {
        after(network.halfNanos(), () -> link.member.closed(link));
      }
    }

    private void arrived(Link link, ByteBuffer bytes) {
      if (link.server == null) {
        link.early = bytes;
      } else {
        work(network.stepNanos(), () -> proceed(link, bytes));
      }
    }

    private void proceed(Link link, ByteBuffer bytes) {
      if (link.isClosed) {
        return;
      }
      feed(link.server, bytes);
      ByteBuffer answer = take(link.server);
      after(network.halfNanos(), () -> link.member.arrived(link, answer));
      if (link.server.isComplete()) {
        admission.remove(link);
        authenticated.add(link);
        giveThread();
      }
    }

    private void giveThread() {
      if (acceptors > 0 && !authenticated.isEmpty()) {
        acceptors--;
        Link link = authenticated.remove();
        link.hasThread = true;
        finish(link);
      }
    }

    private void greeted(Link link) {
      link.hasGreeted = true;
      finish(link);
    }

    private void finish(Link link) {
      if (link.hasThread && link.hasGreeted) {
        acceptors++;
        accepted.accept(link.member.index);
        giveThread();
      }
    }
  }

  /** A process that connects to a host. */
  final class Member {
    private final int index;
    private final Host host;
    private final Runnable done;
    private final Redial redial;
    private Handshake handshake;
    private Link link;
    private boolean isDone;

    /**
     * @param patience how long it tries to connect
     * @param done is run when it is connected
     */
    Member(int index, Host host, Duration patience, Runnable done) {
      this.index = index;
      this.host = host;
      this.done = done;
      Backoff backoff = new Backoff(Dialler.FIRST_PAUSE, Dialler.LONGEST_PAUSE, random.split());
      this.redial = new Redial(backoff, now, now + patience.toNanos());
    }

    /** Begins to connect. */
    void dial() {
      attempts++;
      Link next = new Link(this, now);
      link = next;
      handshake = Handshake.client(key);
      after(network.halfNanos(), () -> host.request(next));
      after(ATTEMPT, () -> closed(next));
    }

    private void connected(Link on) {
      if (on == link) {
        send(on);
      }
    }

    private void send(Link on) {
      ByteBuffer bytes = take(handshake);
      if (bytes.hasRemaining()) {
        after(network.halfNanos(), () -> host.arrived(on, bytes));
      }
    }

    private void arrived(Link on, ByteBuffer bytes) {
      if (on != link || isDone) {
        return;
      }
      feed(handshake, bytes);
      send(on);
      if (handshake.isComplete()) {
        isDone = true;
        after(network.halfNanos(), () -> host.greeted(on));
        done.run();
      }
    }

    private void closed(Link on) {
      if (on == link && !isDone) {
        link = null;
        try {
          long next = redial.after(Redial.Kind.BROKEN, new EOFException("closed"), now);
          after(next - now, this::dial);
        } catch (IOException e) {
          throw new IllegalStateException("process " + index + " has given up", e);
        }
      }
    }
  }

  private static void feed(Handshake handshake, ByteBuffer bytes) {
    try {
      handshake.feed(bytes);
    } catch (HandshakeException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ByteBuffer take(Handshake from) {
    return ByteBuffer.allocate(from.output().remaining()).put(from.output()).flip();
  }
}
