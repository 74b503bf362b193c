package io.syncnorm.comm.driver;

import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.wire.Connector;
import io.syncnorm.comm.wire.Daemon;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A process' connection to the driver, which all its ranks share: its hosts join the run on it, its
 * ranks send reports, and are notified when to pause or to stop. It lasts until it is closed,
 * whichever of its ranks fail or are interrupted: a thread of its own connects and reads, another
 * one writes.
 */
public final class DriverConnection implements AutoCloseable {
  private final Sender sender = new Sender("driver-sender");
  private final CompletableFuture<Streams> connected = new CompletableFuture<>();
  private final CompletableFuture<String> stopped = new CompletableFuture<>();

  /** The ranks of hosts that join or have joined. */
  private final Map<Integer, RankConnection> ranks = new ConcurrentHashMap<>();

  /** The hosts that wait for the driver's answer, by their first ranks. */
  private final Map<Integer, CompletableFuture<List<Member>>> joining = new ConcurrentHashMap<>();

  private volatile boolean closed;

  private DriverConnection() {}

  /**
   * Begins to connect to the rendezvous, and to prove that this process belongs to the run. If that
   * fails, hosts that join are told why.
   *
   * @param timeout how long it may take
   */
  public static DriverConnection open(String host, int port, RunKey key, Duration timeout) {
    DriverConnection connection = new DriverConnection();
    Daemon.thread("driver", () -> connection.run(host, port, key, timeout)).start();
    return connection;
  }

  /**
   * Sends a host's address, and waits for all other hosts. Returns the members in the order of
   * their ranks. If it fails, the host's ranks have ended.
   *
   * @throws IOException if the driver asks ranks to stop, with its reason, it does not let these
   *     join, the connection breaks, or the thread is interrupted
   */
  public List<Member> join(Member host, Duration timeout) throws IOException {
    Deadline deadline = Deadline.in(timeout);
    RankGroup block = host.block();
    Streams streams = await(connected, deadline);
    CompletableFuture<List<Member>> answer = register(block, streams);
    try {
      if (stopped.isDone()) { // stop may have missed this host
        throw new IOException(stopped.join());
      }
      sender.send(streams.out(), Frames.join(host));
      return await(answer, deadline);
    } catch (IOException e) {
      for (int rank = block.first(); rank < block.end(); rank++) {
        RankConnection failed = ranks.remove(rank);
        if (stopped.isDone()) {
          failed.close();
        } else {
          failed.lose(e.getMessage());
        }
      }
      throw e;
    } finally {
      joining.remove(block.first(), answer);
    }
  }

  private CompletableFuture<List<Member>> register(RankGroup block, Streams streams)
      throws IOException {
    List<Integer> added = new ArrayList<>();
    for (int rank = block.first(); rank < block.end(); rank++) {
      RankConnection connection = new RankConnection(rank, streams, sender);
      if (ranks.putIfAbsent(rank, connection) != null) {
        added.forEach(ranks::remove);
        throw new IOException("a rank must join once: rank=" + rank);
      }
      added.add(rank);
    }
    CompletableFuture<List<Member>> answer = new CompletableFuture<>();
    joining.put(block.first(), answer);
    return answer;
  }

  /** The end of a rank whose host has joined. */
  public RankConnection rank(int rank) {
    return ranks.get(rank);
  }

  /**
   * Calls {@code stop} with the reason when the driver asks ranks to stop or the connection breaks,
   * at once if it has already.
   */
  public void onStop(Consumer<String> stop) {
    CompletableFuture<Void> unused = stopped.thenAccept(stop);
  }

  /** Why ranks have to stop, if the driver has told or the connection broke. */
  public Optional<String> stopReason() {
    return stopped.isDone() ? Optional.of(stopped.join()) : Optional.empty();
  }

  private void run(String host, int port, RunKey key, Duration timeout) {
    try (Streams streams = connect(host, port, key, timeout)) {
      connected.complete(streams);
      if (closed) { // close may have missed it
        return;
      }
      read(streams.in());
      stop("the driver closed the connection");
    } catch (IOException e) {
      boolean isUnreachable = connected.completeExceptionally(e);
      if (!closed) {
        stop(
            isUnreachable
                ? e.getMessage()
                : "lost the connection to the driver: " + e.getMessage());
      }
    }
  }

  private static Streams connect(String host, int port, RunKey key, Duration timeout)
      throws IOException {
    try {
      Deadline deadline = Deadline.in(timeout);
      return Streams.dialled(Connector.connect(host, port, key, deadline), key, deadline);
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "cannot reach the driver's rendezvous at %s:%d: %s; executors must be able to connect to the driver's address (spark.driver.host)",
              host,
              port,
              e.getMessage()),
          e);
    }
  }

  private void read(DataInputStream in) throws IOException {
    for (int kind = in.read(); kind >= 0; kind = in.read()) {
      switch (kind) {
        case Frames.MEMBERS -> {
          List<Member> members = Frames.readMembers(in);
          joining.values().forEach(host -> host.complete(members));
        }
        case Frames.REJECTED -> {
          CompletableFuture<List<Member>> host = joining.get(in.readInt());
          IOException rejected = new IOException(in.readUTF());
          if (host != null) {
            host.completeExceptionally(rejected);
          }
        }
        case Frames.PAUSE -> {
          RankConnection rank = ranks.get(in.readInt());
          if (rank != null) {
            rank.askToPause();
          }
        }
        case Frames.STOP -> stop(in.readUTF());
        default ->
            throw Frames.invalid("kind=" + Frames.MEMBERS + " to " + Frames.PAUSE, "kind=" + kind);
      }
    }
  }

  private void stop(String reason) {
    stopped.complete(reason);
    joining.values().forEach(host -> host.completeExceptionally(new IOException(reason)));
  }

  private static <T> T await(CompletableFuture<T> future, Deadline deadline) throws IOException {
    try {
      // Also if there is nothing to wait for: a host that has to end does not join.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return future.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the other ranks to join", e);
    } catch (TimeoutException e) {
      throw new IOException("timed out waiting for the driver to name the other ranks", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** Disconnects. The driver regards ranks that have not ended as lost. */
  @Override
  public void close() {
    closed = true;
    CompletableFuture<Void> unused = connected.thenAccept(Streams::close);
    sender.close();
  }
}
