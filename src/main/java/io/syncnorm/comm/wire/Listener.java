package io.syncnorm.comm.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on one address, and passes on those that know the run's secret. One thread
 * performs all handshakes, of as many connections at once as {@link Admission} allows. Only a
 * connection that is authenticated gets a thread, for the time that its {@link Acceptor} takes.
 */
public final class Listener implements AutoCloseable {
  /** How long a handshake may take. */
  public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

  /**
   * How long what follows the handshake may take: TLS, and the first message. The other side has
   * proved that it belongs to the run, and may be short of processor time as it starts.
   */
  public static final Duration MEMBER_TIMEOUT = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  /** A world of 1,024 ranks that all connect at once. */
  static final int MAX_HANDSHAKES = 1024;

  /** Connections that wait in the system until they are accepted; it may allow fewer. */
  private static final int BACKLOG = 4096;

  /** Connections accepted before handshakes continue, so that a flood does not hold them up. */
  private static final int ACCEPTED_AT_ONCE = 64;

  /** Members whose first message is awaited at once: each takes a round trip. */
  static final int ACCEPTORS = 16;

  /** Pause after an error that may last, such as too many open files. */
  static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(100);

  /** Takes authenticated connections, several at once on different threads. */
  @FunctionalInterface
  public interface Acceptor {
    /**
     * Takes a connection: a channel that blocks, at the first byte after the {@linkplain Handshake
     * handshake}, of which this side was the server. Whatever is read before this method returns
     * must arrive within {@link #MEMBER_TIMEOUT}.
     *
     * @throws IOException if the connection is to be closed
     */
    void accept(SocketChannel channel) throws IOException;
  }

  /** Takes the next connection from the system. */
  @FunctionalInterface
  interface Source {
    /** Returns null if there is none. */
    SocketChannel accept() throws IOException;
  }

  private final ServerSocketChannel server;
  private final int port;
  private final Source source;
  private final RunKey key;
  private final Acceptor acceptor;
  private final Selector selector;
  private final SelectionKey accepting;
  private final Admission<Opening> admission = new Admission<>(MAX_HANDSHAKES, HANDSHAKE_TIMEOUT);

  /** Grows with members, not with unauthenticated connections. */
  private final ExecutorService acceptors = acceptors();

  private final Thread thread = Daemon.thread("listener", this::run);
  private boolean isPaused;
  private boolean hasWarned;
  private long pauseEnd;
  private volatile boolean closed;

  private Listener(ServerSocketChannel server, Source source, RunKey key, Acceptor acceptor)
      throws IOException {
    this.server = server;
    this.port = server.socket().getLocalPort();
    this.source = source;
    this.key = key;
    this.acceptor = acceptor;
    server.configureBlocking(false);
    this.selector = Selector.open();
    this.accepting = server.register(selector, SelectionKey.OP_ACCEPT);
  }

  private static ExecutorService acceptors() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            ACCEPTORS,
            ACCEPTORS,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Daemon.thread("acceptor", task));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * Listens on any free port.
   *
   * @param address the interface to listen on, and no other
   */
  public static Listener open(InetAddress address, RunKey key, Acceptor acceptor)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    return open(address, server, server::accept, key, acceptor);
  }

  /** Listens with a socket that is not bound yet. */
  static Listener open(
      InetAddress address, ServerSocketChannel server, Source source, RunKey key, Acceptor acceptor)
      throws IOException {
    try {
      server.bind(new InetSocketAddress(address, 0), BACKLOG);
      Listener listener = new Listener(server, source, key, acceptor);
      listener.thread.start();
      return listener;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /** The port that it listens on. */
  public int port() {
    return port;
  }

  /**
   * Stops listening: the port is closed when this returns, unless the thread is interrupted.
   * Connections that are not authenticated are closed; those that were passed on stay open.
   */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(HANDSHAKE_TIMEOUT.toMillis()); // it never blocks, so it ends at once
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(Math.max(1, nanosLeft() / 1_000_000));
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
          SelectionKey ready = keys.next();
          keys.remove();
          if (ready.isValid()) { // it may have been replaced by one that was just accepted
            handle(ready);
          }
        }
        dropLate();
      }
    } catch (IOException e) {
      LOG.warn("cannot accept connections any more: port={}", port, e);
    } finally {
      acceptors.shutdown(); // not shutdownNow: an acceptor's thread may be the caller of close
      Closing.quietly(server);
      for (Optional<Opening> last = admission.poll(); last.isPresent(); last = admission.poll()) {
        last.get().close();
      }
      Closing.quietly(selector); // only now are the sockets of closed channels closed
    }
  }

  private long nanosLeft() {
    long now = System.nanoTime();
    long pause = isPaused ? Math.max(0, pauseEnd - now) : HANDSHAKE_TIMEOUT.toNanos();
    return admission.nanosLeft(now, pause);
  }

  private void dropLate() {
    long now = System.nanoTime();
    for (Optional<Opening> late = admission.expired(now);
        late.isPresent();
        late = admission.expired(now)) {
      late.get().close();
    }
    if (isPaused && now - pauseEnd >= 0) {
      isPaused = false;
      accepting.interestOps(SelectionKey.OP_ACCEPT);
    }
  }

  private void handle(SelectionKey ready) {
    if (ready == accepting) {
      acceptSome();
    } else {
      proceed((Opening) ready.attachment());
    }
  }

  private void acceptSome() {
    for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
      SocketChannel channel;
      try {
        channel = source.accept();
      } catch (IOException e) {
        pause(e);
        return;
      }
      if (channel == null) {
        hasWarned = false;
        return;
      }
      begin(channel);
    }
  }

  private void pause(IOException cause) {
    if (!hasWarned) {
      LOG.warn("cannot accept connections, trying again: {}", cause.getMessage());
      hasWarned = true;
    }
    isPaused = true;
    pauseEnd = System.nanoTime() + PAUSE_AFTER_ERROR.toNanos();
    accepting.interestOps(0);
  }

  private void begin(SocketChannel channel) {
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey own = channel.register(selector, SelectionKey.OP_READ);
      Opening opening = new Opening(channel, own, Handshake.server(key));
      own.attach(opening);
      admission.admit(opening, System.nanoTime()).ifPresent(Opening::close);
    } catch (IOException e) {
      reject(channel, e);
    }
  }

  private void proceed(Opening opening) {
    try {
      if (opening.proceed()) {
        admission.remove(opening);
        SocketChannel channel = opening.release();
        acceptors.execute(() -> pass(channel));
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("a connection was rejected", e);
      admission.remove(opening);
      opening.close();
    }
  }

  private void pass(SocketChannel channel) {
    try {
      acceptor.accept(channel);
    } catch (IOException | RuntimeException e) {
      reject(channel, e);
    }
  }

  private static void reject(SocketChannel channel, Exception cause) {
    LOG.debug("a connection was rejected", cause);
    Closing.quietly(channel);
  }
}
