package io.syncnorm.comm;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on one address, and hands on those that know the run's secret. Strangers cost
 * a thread for a short time, at most {@value #MAX_HANDSHAKES} at once: who comes then takes the
 * place of the one that has been at it longest. A member is done in a millisecond, a stranger
 * never.
 */
final class Listener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final int MAX_HANDSHAKES = 64;
  private static final int BACKLOG = 1024;
  static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

  /** After an error that may last, such as too many open files. */
  static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(100);

  private static final AtomicInteger THREADS = new AtomicInteger();

  /**
   * Takes a connection whose other side has proved itself. What it reads there at once, it reads
   * within {@link #HANDSHAKE_TIMEOUT}.
   */
  @FunctionalInterface
  interface Guest {
    void enter(SocketChannel channel) throws IOException;
  }

  private final ServerSocketChannel server;
  private final RunKey key;
  private final Guest guest;

  /** Connections that have not proved themselves yet, the oldest first. */
  private final Set<SocketChannel> unproven = new LinkedHashSet<>();

  /** Twice as many threads as places: who is hung up on leaves a moment later. */
  private final ExecutorService handshakes =
      new ThreadPoolExecutor(
          0,
          2 * MAX_HANDSHAKES,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> daemon("handshake", task));

  private Listener(ServerSocketChannel server, RunKey key, Guest guest) {
    this.server = server;
    this.key = key;
    this.guest = guest;
  }

  /**
   * @param address the interface to listen on, and no other
   */
  static Listener open(InetAddress address, RunKey key, Guest guest) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.bind(new InetSocketAddress(address, 0), BACKLOG);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return on(server, key, guest);
  }

  /** Accepts what comes to a socket that listens. */
  static Listener on(ServerSocketChannel server, RunKey key, Guest guest) {
    Listener listener = new Listener(server, key, guest);
    daemon("listener", listener::accept).start();
    return listener;
  }

  static Thread daemon(String role, Runnable task) {
    Thread thread = new Thread(task, "syncnorm-" + role + "-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  int port() {
    return server.socket().getLocalPort();
  }

  /** Stops listening; connections that were handed on stay. */
  @Override
  public void close() {
    closeQuietly(server);
    handshakes.shutdown(); // not now: it may be one of them that closes us
  }

  static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.debug("closing {}", closeable, e);
    }
  }

  private void accept() {
    boolean warned = false;
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        warned = false;
        admit(channel);
        try {
          handshakes.execute(() -> greet(channel));
        } catch (RejectedExecutionException e) {
          LOG.debug("too many handshakes at once: one connection turned away");
          turnAway(channel);
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        if (!warned) {
          LOG.warn("cannot accept connections, trying again: {}", e.getMessage());
          warned = true;
        }
        LockSupport.parkNanos(PAUSE_AFTER_ERROR.toNanos());
      }
    }
  }

  private void admit(SocketChannel channel) {
    synchronized (unproven) {
      unproven.add(channel);
      if (unproven.size() > MAX_HANDSHAKES) {
        turnAway(unproven.iterator().next());
      }
    }
  }

  private void turnAway(SocketChannel channel) {
    synchronized (unproven) {
      unproven.remove(channel);
    }
    closeQuietly(channel);
  }

  private void greet(SocketChannel channel) {
    try {
      Socket socket = channel.socket();
      socket.setTcpNoDelay(true);
      Keepalive.watch(channel);
      Handshake.asServer(socket, key, Deadline.in(HANDSHAKE_TIMEOUT));
      synchronized (unproven) {
        if (!unproven.remove(channel)) {
          throw new IOException("it was turned away when it had just proved itself");
        }
      }
      Handshake.welcome(socket);
      guest.enter(channel);
    } catch (IOException | RuntimeException e) {
      LOG.debug("a connection was turned away", e);
      turnAway(channel);
    }
  }
}
