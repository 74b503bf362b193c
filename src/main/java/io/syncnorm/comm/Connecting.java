package io.syncnorm.comm;

import io.syncnorm.comm.driver.Member;
import io.syncnorm.comm.wire.Closing;
import io.syncnorm.comm.wire.Connector;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.Listener;
import io.syncnorm.comm.wire.RunKey;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The connections of one process to the other processes of an attempt: one for each pair of
 * processes, made by the later one, which sends its index [4] first.
 */
final class Connecting implements AutoCloseable {
  private final RunKey key;
  private final Listener listener;
  private final Map<Integer, CompletableFuture<SocketChannel>> accepted = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Listens for other processes.
   *
   * @param address of this process, which the others can reach
   */
  Connecting(RunKey key, InetAddress address) {
    this.key = key;
    try {
      this.listener = Listener.open(address, key, this::accept);
    } catch (IOException e) {
      throw new PeerException(
          "cannot listen on %s for other ranks: %s".formatted(address, e.getMessage()), e);
    }
  }

  /** The port that later processes connect to. */
  int port() {
    return listener.port();
  }

  /**
   * Connects to the processes before this one, and accepts connections from those after it.
   *
   * @param processes a member of each
   * @param names names of the processes in messages
   * @return a connected channel for each process, null for this one; all are closed if this fails
   */
  List<SocketChannel> connect(
      List<Member> processes, List<String> names, int self, Duration timeout) throws IOException {
    List<SocketChannel> channels = new ArrayList<>();
    try {
      Deadline deadline = Deadline.in(timeout);
      for (int process = 0; process < processes.size(); process++) {
        if (process < self) {
          channels.add(dial(processes.get(process), self, deadline));
        } else if (process == self) {
          channels.add(null);
        } else {
          channels.add(
              await(
                  connection(process),
                  Duration.ofMillis(deadline.remainingMillis()),
                  names.get(process) + " to connect"));
        }
      }
      return channels;
    } catch (IOException | RuntimeException e) {
      closeAll(channels);
      throw e;
    }
  }

  /** Closes channels as returned by {@link #connect}. */
  static void closeAll(List<SocketChannel> channels) {
    channels.stream().filter(Objects::nonNull).forEach(Closing::quietly);
  }

  /** Accepts no more connections; those that were made stay open. */
  void stopListening() {
    listener.close();
  }

  /** Stops listening, and closes the connections that other processes have made. */
  @Override
  public void close() {
    closed = true;
    listener.close();
    for (CompletableFuture<SocketChannel> connection : accepted.values()) {
      if (connection.isDone()) {
        Closing.quietly(connection.join());
      }
    }
  }

  private SocketChannel dial(Member to, int self, Deadline deadline) throws IOException {
    SocketChannel channel = Connector.connect(to.host(), to.port(), key, deadline);
    try {
      channel.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, self));
      return channel;
    } catch (IOException | RuntimeException e) {
      Closing.quietly(channel);
      throw e;
    }
  }

  private void accept(SocketChannel channel) throws IOException {
    Socket socket = channel.socket();
    socket.setSoTimeout((int) Listener.HANDSHAKE_TIMEOUT.toMillis());
    int process = new DataInputStream(socket.getInputStream()).readInt();
    socket.setSoTimeout(0);
    if (!connection(process).complete(channel)) {
      throw new IOException("a process connected twice: process=" + process);
    }
    if (closed) { // close may have missed this channel
      throw new IOException("no rank is left in this process: connecting process=" + process);
    }
  }

  private CompletableFuture<SocketChannel> connection(int process) {
    return accepted.computeIfAbsent(process, index -> new CompletableFuture<>());
  }

  /**
   * Waits until another thread or process has done something.
   *
   * @param what the thing waited for, in messages
   */
  static <T> T await(CompletableFuture<T> future, Duration timeout, String what) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerException("interrupted while waiting for " + what, e);
    } catch (TimeoutException e) {
      throw new PeerException(
          String.format(
              Locale.ROOT,
              "timed out waiting for %s: training.wait-timeout = %d ms",
              what,
              timeout.toMillis()),
          e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof PeerException peer
          ? peer
          : new PeerException(e.getCause().getMessage(), e.getCause());
    }
  }
}
