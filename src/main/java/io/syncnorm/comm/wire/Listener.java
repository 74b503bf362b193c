package io.syncnorm.comm.wire;

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
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on one address, and passes on those that know the run's secret. At most
 * {@value #MAX_HANDSHAKES} handshakes run at once, each on a thread; one more connection replaces
 * the one whose handshake has taken longest. A member's handshake takes a millisecond, so the
 * oldest is almost never a member.
 */
public final class Listener implements AutoCloseable {
  /** How long a handshake may take, and after it what an {@link Acceptor} reads. */
  public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final int MAX_HANDSHAKES = 64;
  private static final int BACKLOG = 1024;

  /** Pause after an error that may last, such as too many open files. */
  static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(100);

  /**
   * Takes an authenticated connection. Whatever it reads before it returns must arrive within
   * {@link #HANDSHAKE_TIMEOUT}.
   */
  @FunctionalInterface
  public interface Acceptor {
    /**
     * @throws IOException if the connection is to be closed
     */
    void accept(SocketChannel channel) throws IOException;
  }

  private final ServerSocketChannel server;
  private final RunKey key;
  private final Acceptor acceptor;

  /** Unauthenticated connections, the oldest first. */
  private final Set<SocketChannel> unauthenticated = new LinkedHashSet<>();

  /** Twice as many threads as handshakes: a closed connection frees its thread a moment later. */
  private final ExecutorService handshakes =
      new ThreadPoolExecutor(
          0,
          2 * MAX_HANDSHAKES,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> Daemon.thread("handshake", task));

  private Listener(ServerSocketChannel server, RunKey key, Acceptor acceptor) {
    this.server = server;
    this.key = key;
    this.acceptor = acceptor;
  }

  /**
   * Listens on any free port.
   *
   * @param address the interface to listen on, and no other
   */
  public static Listener open(InetAddress address, RunKey key, Acceptor acceptor)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.bind(new InetSocketAddress(address, 0), BACKLOG);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return on(server, key, acceptor);
  }

  /** Accepts connections on a socket that is already bound. */
  static Listener on(ServerSocketChannel server, RunKey key, Acceptor acceptor) {
    Listener listener = new Listener(server, key, acceptor);
    Daemon.thread("listener", listener::accept).start();
    return listener;
  }

  /** The port that it listens on. */
  public int port() {
    return server.socket().getLocalPort();
  }

  /** Stops listening; connections that were passed on stay open. */
  @Override
  public void close() {
    Closing.quietly(server);
    handshakes.shutdown(); // not shutdownNow: a handshake thread may be the caller
  }

  private void accept() {
    boolean warned = false;
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        warned = false;
        track(channel);
        try {
          handshakes.execute(() -> authenticate(channel));
        } catch (RejectedExecutionException e) {
          LOG.debug("too many handshakes at once: one connection rejected");
          reject(channel);
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

  private void track(SocketChannel channel) {
    synchronized (unauthenticated) {
      unauthenticated.add(channel);
      if (unauthenticated.size() > MAX_HANDSHAKES) {
        reject(unauthenticated.iterator().next());
      }
    }
  }

  private void reject(SocketChannel channel) {
    synchronized (unauthenticated) {
      unauthenticated.remove(channel);
    }
    Closing.quietly(channel);
  }

  private void authenticate(SocketChannel channel) {
    try {
      Socket socket = channel.socket();
      socket.setTcpNoDelay(true);
      Connector.keepAlive(channel);
      Handshake.asServer(socket, key, Deadline.in(HANDSHAKE_TIMEOUT));
      synchronized (unauthenticated) {
        if (!unauthenticated.remove(channel)) {
          throw new IOException("rejected just after it was authenticated");
        }
      }
      Handshake.welcome(socket);
      acceptor.accept(channel);
    } catch (IOException | RuntimeException e) {
      LOG.debug("a connection was rejected", e);
      reject(channel);
    }
  }
}
