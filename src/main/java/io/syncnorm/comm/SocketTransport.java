package io.syncnorm.comm;

import io.syncnorm.comm.Peer.Frame;
import io.syncnorm.comm.connection.Connection;
import io.syncnorm.comm.wire.Closing;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A connection to each neighbour of a process, over which messages pass as {@linkplain Peer.Frame
 * frames}.
 *
 * <p>Both sides know which frame to expect: a frame with another run, tag, sender or length is an
 * error that names both values, and no length read from the network decides what is allocated.
 */
final class SocketTransport implements Transport {
  private final int self;

  /** By process; null for those without a connection. */
  private final List<Peer> peers = new ArrayList<>();

  private final long stamp;
  private final Waiting.Spin spin;
  private final Selector selector;
  private final Runnable healthCheck;
  private final List<Frame> framesOut = new ArrayList<>();
  private final List<Frame> framesIn = new ArrayList<>();

  /** Those with frames that are still to pass. */
  private final List<Peer> busy = new ArrayList<>();

  /** Those that the selector waits for. */
  private final List<Peer> watched = new ArrayList<>();

  /**
   * @param connections to each process, in their order, with complete handshakes; null for those
   *     that this one exchanges no messages with; not closed if this constructor fails
   * @param names names of the processes in messages
   * @param spin how long its waits spin
   * @param healthCheck throws if a rank has failed
   */
  SocketTransport(
      int self,
      List<Connection> connections,
      List<String> names,
      RunKey runKey,
      Waiting.Spin spin,
      Runnable healthCheck)
      throws IOException {
    this.self = self;
    this.stamp = runKey.stamp();
    this.spin = spin;
    this.healthCheck = healthCheck;
    this.selector = Selector.open();
    try {
      for (int process = 0; process < connections.size(); process++) {
        Connection connection = connections.get(process);
        peers.add(connection == null ? null : peer(process, names.get(process), connection));
      }
    } catch (IOException | RuntimeException e) {
      Closing.quietly(selector);
      throw e;
    }
  }

  private Peer peer(int process, String name, Connection connection) throws IOException {
    return new Peer(process, name, connection, connection.register(selector));
  }

  @Override
  public void round(long tag, Messages out, Messages in, Limit limit, BooleanSupplier meanwhile) {
    start(tag, out, in);
    if (busy.isEmpty()) {
      return;
    }
    long stalledAt = System.nanoTime();
    long spinNanos = spin.nanos(stalledAt);
    long longestStall = 0;
    boolean hasWork = true;
    Deadline deadline = null;
    while (!busy.isEmpty()) {
      boolean moved = move(tag);
      long now = System.nanoTime();
      if (moved) {
        longestStall = Math.max(longestStall, now - stalledAt);
        stalledAt = now;
        deadline = null;
      } else if (hasWork) {
        hasWork = meanwhile.getAsBoolean();
        stalledAt = System.nanoTime(); // working is not waiting
      } else if (now - stalledAt < spinNanos) {
        Thread.onSpinWait();
      } else {
        deadline = deadline == null ? Deadline.in(limit.ofHost()) : deadline;
        block(tag, deadline, limit);
      }
    }
    spin.waited(stalledAt, longestStall);
  }

  @Override
  public void wakeUp() {
    selector.wakeup();
  }

  @Override
  public void close() {
    for (Peer peer : peers) {
      if (peer != null) {
        peer.connection().close();
      }
    }
    Closing.quietly(selector);
  }

  private void start(long tag, Messages out, Messages in) {
    for (int i = 0; i < out.count(); i++) {
      Frame frame = frame(framesOut, i);
      frame.send(stamp, tag, self, out.bytes(i));
      busy(out.process(i)).send(frame);
    }
    for (int i = 0; i < in.count(); i++) {
      Frame frame = frame(framesIn, i);
      frame.receive(in.bytes(i));
      busy(in.process(i)).receive(frame);
    }
  }

  private static Frame frame(List<Frame> frames, int index) {
    if (index == frames.size()) {
      frames.add(new Frame());
    }
    return frames.get(index);
  }

  private Peer busy(int process) {
    Peer peer = peers.get(process);
    if (peer == null) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "a message needs a connection, and only neighbours have one (Neighbours): process=%d other=%d",
              self,
              process));
    }
    if (peer.isDone()) {
      busy.add(peer);
    }
    return peer;
  }

  private boolean move(long tag) {
    boolean moved = false;
    for (int i = busy.size() - 1; i >= 0; i--) {
      Peer peer = busy.get(i);
      try {
        moved |= peer.write();
        Frame frame = peer.read();
        if (frame != null) {
          moved = true;
          checkHeader(tag, peer, frame);
        }
      } catch (IOException e) {
        throw gone(tag, peer, e);
      }
      if (peer.isDone()) {
        busy.remove(i);
      }
    }
    return moved;
  }

  private void block(long tag, Deadline deadline, Limit limit) {
    healthCheck.run();
    if (Thread.currentThread().isInterrupted()) {
      throw new PeerException("interrupted while waiting at " + Tag.describe(tag));
    }
    if (deadline.isOver()) {
      throw limit.exceeded(tag, "waiting for " + late());
    }
    watched.forEach(Peer::unwatch);
    watched.clear();
    watched.addAll(busy);
    watched.forEach(Peer::watch);
    try {
      selector.select(deadline.remainingMillis());
      selector.selectedKeys().clear();
    } catch (IOException e) {
      throw new PeerException("cannot wait at " + Tag.describe(tag) + ": " + e.getMessage(), e);
    }
  }

  /** Names the processes that do not send, or else those that do not receive. */
  private String late() {
    boolean isReceiving = busy.stream().anyMatch(Peer::isReceiving);
    return busy.stream()
        .filter(peer -> peer.isReceiving() == isReceiving)
        .map(Peer::name)
        .collect(Collectors.joining(" and "));
  }

  private PeerException gone(long tag, Peer peer, IOException cause) {
    healthCheck.run(); // throws the other side's reason, if it sent one
    boolean hasEnded = cause instanceof EOFException;
    return new PeerException(
        "%s closed the connection at %s%s"
            .formatted(peer.name(), Tag.describe(tag), hasEnded ? "" : ": " + cause.getMessage()),
        cause);
  }

  private void checkHeader(long tag, Peer from, Frame frame) {
    if (frame.hasHeader() && !frame.matches(stamp, tag, from.process())) {
      throw new PeerException(
          String.format(
              Locale.ROOT,
              "ranks are not at the same exchange: expected run=%x sender=%d length=%d at %s, found"
                  + " run=%x sender=%d length=%d at %s",
              stamp,
              from.process(),
              frame.length(),
              Tag.describe(tag),
              frame.foundStamp(),
              frame.foundSender(),
              frame.foundLength(),
              Tag.describe(frame.foundTag())));
    }
  }
}
