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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The connections of one process to its neighbours, the processes that it exchanges messages with:
 * one for each pair, made by the later of the two, which is the client of the handshake and sends
 * its index [4] first.
 */
final class Connecting implements AutoCloseable {
  private final RunKey key;
  private final Listener listener;
  private final Map<Integer, CompletableFuture<SocketChannel>> accepted = new ConcurrentHashMap<>();

  /** Empty until the processes are known. */
  private volatile Optional<SortedSet<Integer>> expected = Optional.empty();

  /** Fails when the process has to stop. */
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

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
   * Connects to the neighbours before this process, all at once, and accepts connections from those
   * after it.
   *
   * @param processes a member of each
   * @param names names of the processes in messages
   * @param neighbours indices of the processes to connect with
   * @return a connected channel for each process, in their order, null for those that are no
   *     neighbours; all are closed if this fails
   */
  List<SocketChannel> connect(
      List<Member> processes,
      List<String> names,
      int self,
      SortedSet<Integer> neighbours,
      Duration timeout)
      throws IOException {
    SocketChannel[] channels = new SocketChannel[processes.size()];
    try {
      Deadline deadline = Deadline.in(timeout);
      expect(neighbours.tailSet(self));
      List<Integer> earlier = List.copyOf(neighbours.headSet(self));
      List<SocketChannel> dialled = dial(earlier, processes, names, self, deadline);
      for (int i = 0; i < earlier.size(); i++) {
        channels[earlier.get(i)] = dialled.get(i);
      }
      awaitOthers(neighbours.tailSet(self), names, deadline, timeout);
      neighbours.tailSet(self).forEach(process -> channels[process] = connection(process).join());
      return Arrays.asList(channels);
    } catch (IOException | RuntimeException e) {
      closeAll(Arrays.asList(channels));
      throw e;
    }
  }

  /** Closes channels as returned by {@link #connect}. */
  static void closeAll(List<SocketChannel> channels) {
    channels.stream().filter(Objects::nonNull).forEach(Closing::quietly);
  }

  /** Ends the wait for other processes. */
  void stop(String reason) {
    stopped.completeExceptionally(new PeerException(reason));
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
    accepted.values().forEach(Connecting::closeIfMade);
  }

  private static void closeIfMade(CompletableFuture<SocketChannel> connection) {
    if (connection.isDone()) {
      Closing.quietly(connection.join());
    }
  }

  private List<SocketChannel> dial(
      List<Integer> earlier,
      List<Member> processes,
      List<String> names,
      int self,
      Deadline deadline)
      throws IOException {
    List<Connector.Target> targets = new ArrayList<>();
    for (int process : earlier) {
      Member member = processes.get(process);
      targets.add(new Connector.Target(names.get(process), member.host(), member.port()));
    }
    return Connector.connectAll(
        targets,
        key,
        deadline,
        (index, channel) -> channel.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, self)));
  }

  private void accept(SocketChannel channel) throws IOException {
    Socket socket = channel.socket();
    socket.setSoTimeout((int) Listener.MEMBER_TIMEOUT.toMillis());
    int process = new DataInputStream(socket.getInputStream()).readInt();
    socket.setSoTimeout(0);
    if (!connection(process).complete(channel)) {
      throw new IOException("a process connected twice: process=" + process);
    }
    if (closed) { // close may have missed this channel
      throw new IOException("no rank is left in this process: connecting process=" + process);
    }
    if (expected.isPresent() && !expected.get().contains(process)) { // expect may have missed it
      throw new IOException("no neighbour after this process: process=" + process);
    }
  }

  /** Closes the connections of all other processes, those that have been and those that will be. */
  private void expect(SortedSet<Integer> later) {
    expected = Optional.of(later);
    accepted.forEach(
        (process, connection) -> {
          if (!later.contains(process)) {
            closeIfMade(connection);
          }
        });
  }

  private void awaitOthers(
      SortedSet<Integer> later, List<String> names, Deadline deadline, Duration timeout) {
    CompletableFuture<?>[] connections =
        later.stream().map(this::connection).toArray(CompletableFuture<?>[]::new);
    await(
        CompletableFuture.anyOf(CompletableFuture.allOf(connections), stopped),
        deadline,
        timeout,
        () ->
            later.stream()
                    .filter(process -> !connection(process).isDone())
                    .map(names::get)
                    .collect(Collectors.joining(" and "))
                + " to connect");
  }

  private CompletableFuture<SocketChannel> connection(int process) {
    return accepted.computeIfAbsent(process, index -> new CompletableFuture<>());
  }

  /**
   * Waits until another thread or process has done something.
   *
   * @param timeout the whole time until the deadline, in messages
   * @param what the thing waited for, in messages
   */
  static <T> T await(
      CompletableFuture<T> future, Deadline deadline, Duration timeout, Supplier<String> what) {
    try {
      return future.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerException("interrupted while waiting for " + what.get(), e);
    } catch (TimeoutException e) {
      throw new PeerException(
          String.format(
              Locale.ROOT,
              "timed out waiting for %s: training.wait-timeout = %d ms",
              what.get(),
              timeout.toMillis()),
          e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof PeerException peer
          ? peer
          : new PeerException(e.getCause().getMessage(), e.getCause());
    }
  }
}
