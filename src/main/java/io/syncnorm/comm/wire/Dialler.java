package io.syncnorm.comm.wire;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes connections to several listeners at once, on the thread that calls it. To be used once, by
 * one thread.
 */
final class Dialler implements AutoCloseable {
  /** How long an attempt may take: as long as the listener gives a handshake. */
  private static final Duration ATTEMPT = Listener.HANDSHAKE_TIMEOUT;

  /** A few round trips in a cluster. */
  static final Duration FIRST_PAUSE = Duration.ofMillis(20);

  static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** A connection to one of the listeners could not be made. */
  static final class DialException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int index;

    DialException(int index, IOException cause) {
      super(cause);
      this.index = index;
    }

    /** Which listener, from 0. */
    int index() {
      return index;
    }

    IOException reason() {
      return (IOException) getCause();
    }
  }

  private static final class Dial {
    final int index;
    final InetSocketAddress to;
    final Redial redial;

    /** Null between two attempts. */
    SocketChannel channel;

    /** Null until there is a connection. */
    Opening opening;

    Dial(int index, InetSocketAddress to, Redial redial) {
      this.index = index;
      this.to = to;
      this.redial = redial;
    }
  }

  private final RunKey key;
  private final Deadline deadline;
  private final Connector.Connected connected;
  private final Selector selector = Selector.open();
  private final List<Dial> dials = new ArrayList<>();

  /** When an attempt has taken too long, or the next one begins. */
  private final Timers<Dial> timers = new Timers<>();

  /**
   * @param connected takes each connection as soon as it is made
   */
  Dialler(RunKey key, Deadline deadline, Connector.Connected connected) throws IOException {
    this.key = key;
    this.deadline = deadline;
    this.connected = connected;
  }

  /**
   * Connects to all.
   *
   * @return a connection to each listener; all are closed if this fails
   * @throws DialException if one cannot be reached until the deadline, or does not know the secret
   * @throws IOException if the thread is interrupted
   */
  List<SocketChannel> dial(List<InetSocketAddress> to) throws DialException, IOException {
    boolean isDone = false;
    try {
      long start = System.nanoTime();
      for (int i = 0; i < to.size(); i++) {
        Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, ThreadLocalRandom.current());
        dials.add(new Dial(i, to.get(i), new Redial(backoff, start, deadline.nanos())));
      }
      for (Dial dial : dials) {
        begin(dial);
      }
      while (timers.size() > 0) {
        await();
      }
      isDone = true;
      return dials.stream().map(dial -> dial.channel).toList();
    } finally {
      if (!isDone) {
        dials.forEach(Dialler::hangUp);
      }
    }
  }

  private void await() throws DialException, IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while connecting");
    }
    long nanos = timers.nanosLeft(System.nanoTime(), Long.MAX_VALUE);
    selector.select(Math.max(1, nanos / 1_000_000));
    Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
    while (keys.hasNext()) {
      SelectionKey ready = keys.next();
      keys.remove();
      if (ready.isValid()) {
        proceed((Dial) ready.attachment(), ready);
      }
    }
    long now = System.nanoTime();
    for (Optional<Dial> due = timers.poll(now); due.isPresent(); due = timers.poll(now)) {
      Dial dial = due.get();
      if (dial.channel == null) {
        begin(dial);
      } else {
        failed(dial, Redial.Kind.BROKEN, new SocketTimeoutException("no answer"));
      }
    }
  }

  private void begin(Dial dial) throws DialException {
    if (dial.to.isUnresolved()) {
      failed(
          dial,
          Redial.Kind.FINAL,
          new UnknownHostException("unknown host: " + dial.to.getHostString()));
      return;
    }
    try {
      dial.channel = SocketChannel.open();
      dial.channel.configureBlocking(false);
      dial.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey own = dial.channel.register(selector, SelectionKey.OP_CONNECT, dial);
      long attemptEnd = System.nanoTime() + ATTEMPT.toNanos();
      timers.set(dial, attemptEnd - deadline.nanos() < 0 ? attemptEnd : deadline.nanos());
      if (dial.channel.connect(dial.to)) {
        proceed(dial, own);
      }
    } catch (IOException e) {
      failed(dial, Redial.Kind.REFUSED, e);
    }
  }

  private void proceed(Dial dial, SelectionKey own) throws DialException {
    if (dial.opening == null) {
      try {
        if (!dial.channel.finishConnect()) {
          return;
        }
      } catch (IOException e) {
        failed(dial, Redial.Kind.REFUSED, e);
        return;
      }
      dial.opening = new Opening(dial.channel, own, Handshake.client(key));
    }
    try {
      if (dial.opening.proceed()) {
        finish(dial);
      }
    } catch (HandshakeException e) {
      failed(dial, Redial.Kind.FINAL, e);
    } catch (IOException e) {
      failed(dial, Redial.Kind.BROKEN, e);
    }
  }

  /** A connection that breaks now has been accepted: a second one would not be. */
  private void finish(Dial dial) throws DialException {
    timers.cancel(dial);
    try {
      connected.take(dial.index, dial.opening.release());
    } catch (IOException e) {
      failed(dial, Redial.Kind.FINAL, e);
    }
  }

  private void failed(Dial dial, Redial.Kind kind, IOException failure) throws DialException {
    hangUp(dial);
    try {
      timers.set(dial, dial.redial.after(kind, failure, System.nanoTime()));
    } catch (IOException last) {
      throw new DialException(dial.index, last);
    }
  }

  private static void hangUp(Dial dial) {
    if (dial.channel != null) {
      Closing.quietly(dial.channel);
      dial.channel = null;
      dial.opening = null;
    }
  }

  /** Releases what it needs to connect; connections stay open. */
  @Override
  public void close() {
    Closing.quietly(selector);
  }
}
