package io.syncnorm.comm;

import io.syncnorm.comm.wire.Closing;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A connection for each pair of processes.
 *
 * <p>Every message is a frame:
 *
 * <pre>
 *  0              8              16          20          24
 * +--------------+--------------+-----------+-----------+----------------
 * | run, attempt |     tag      |  sender   |  length   |  payload ...
 * |   8 bytes    |   8 bytes    |  4 bytes  |  4 bytes  |  length bytes
 * +--------------+--------------+-----------+-----------+----------------
 * </pre>
 *
 * <p>Both sides know which frame to expect: a frame with another run, tag, sender or length is an
 * error that names both values, and no length read from the network decides what is allocated.
 */
final class SocketTransport implements Transport {
  private static final int HEADER_BYTES = 24;

  private final int self;
  private final List<Peer> peers;
  private final long stamp;
  private final Waiting.Spin spin;
  private final Selector selector;
  private final Runnable healthCheck;
  private final ByteBuffer headerOut = ByteBuffer.allocateDirect(HEADER_BYTES);
  private final ByteBuffer headerIn = ByteBuffer.allocateDirect(HEADER_BYTES);
  private final ByteBuffer[] out = new ByteBuffer[2];
  private final ByteBuffer[] in = new ByteBuffer[2];

  /** A process. This one has a peer too, without a channel. */
  private record Peer(String name, SocketChannel channel, SelectionKey key) {}

  /**
   * @param channels a connected channel for each process, in their order; the one at {@code self}
   *     is ignored; not closed if this constructor fails
   * @param names names of the processes in messages
   * @param spin how long its waits spin
   * @param healthCheck throws if a rank has failed
   */
  SocketTransport(
      int self,
      List<SocketChannel> channels,
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
    this.peers = new ArrayList<>();
    try {
      for (int process = 0; process < channels.size(); process++) {
        SocketChannel channel = channels.get(process);
        SelectionKey key = null;
        if (process != self) {
          channel.configureBlocking(false);
          key = channel.register(selector, 0);
        }
        peers.add(new Peer(names.get(process), channel, key));
      }
    } catch (IOException | RuntimeException e) {
      Closing.quietly(selector);
      throw e;
    }
  }

  @Override
  public int processes() {
    return peers.size();
  }

  @Override
  public int self() {
    return self;
  }

  @Override
  public void transfer(
      long tag, int to, ByteBuffer payloadOut, int from, ByteBuffer payloadIn, Limit limit) {
    headerOut.clear();
    headerOut.putLong(stamp).putLong(tag).putInt(self).putInt(payloadOut.remaining()).flip();
    headerIn.clear();
    out[0] = headerOut;
    out[1] = payloadOut;
    in[0] = headerIn;
    in[1] = payloadIn;
    int expected = payloadIn.remaining();
    boolean headerChecked = false;
    long stalledAt = System.nanoTime();
    long spinNanos = spin.nanos(stalledAt);
    long longestStall = 0;
    Deadline deadline = null;
    while (sending() || receiving()) {
      boolean moved = sending() && write(tag, to);
      if (receiving() && read(tag, from)) {
        moved = true;
        if (!headerChecked && !headerIn.hasRemaining()) {
          checkHeader(tag, from, expected);
          headerChecked = true;
        }
      }
      long now = System.nanoTime();
      if (moved) {
        longestStall = Math.max(longestStall, now - stalledAt);
        stalledAt = now;
        deadline = null;
      } else if (now - stalledAt < spinNanos) {
        Thread.onSpinWait();
      } else {
        deadline = deadline == null ? Deadline.in(limit.ofHost()) : deadline;
        block(tag, to, from, deadline, limit);
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
      if (peer.key() != null) {
        Closing.quietly(peer.channel());
      }
    }
    Closing.quietly(selector);
  }

  private void block(long tag, int to, int from, Deadline deadline, Limit limit) {
    healthCheck.run();
    if (Thread.currentThread().isInterrupted()) {
      throw new PeerException("interrupted while waiting at " + Tag.describe(tag));
    }
    if (deadline.isOver()) {
      throw limit.exceeded(tag, "waiting for " + peers.get(from).name());
    }
    peers.get(from).key().interestOps(0);
    peers.get(to).key().interestOps(0);
    if (receiving()) {
      peers.get(from).key().interestOpsOr(SelectionKey.OP_READ);
    }
    if (sending()) {
      peers.get(to).key().interestOpsOr(SelectionKey.OP_WRITE);
    }
    try {
      selector.select(deadline.remainingMillis());
      selector.selectedKeys().clear();
    } catch (IOException e) {
      throw new PeerException("cannot wait at " + Tag.describe(tag) + ": " + e.getMessage(), e);
    }
  }

  private boolean sending() {
    return out[0].hasRemaining() || out[1].hasRemaining();
  }

  private boolean receiving() {
    return in[0].hasRemaining() || in[1].hasRemaining();
  }

  private boolean write(long tag, int to) {
    try {
      return peers.get(to).channel().write(out) > 0;
    } catch (IOException e) {
      throw gone(tag, to, e);
    }
  }

  private boolean read(long tag, int from) {
    try {
      long count = peers.get(from).channel().read(in);
      if (count < 0) {
        throw gone(tag, from, null);
      }
      return count > 0;
    } catch (IOException e) {
      throw gone(tag, from, e);
    }
  }

  private PeerException gone(long tag, int process, IOException cause) {
    healthCheck.run(); // throws the other side's reason, if it sent one
    return new PeerException(
        "%s closed the connection at %s%s"
            .formatted(
                peers.get(process).name(),
                Tag.describe(tag),
                cause == null ? "" : ": " + cause.getMessage()),
        cause);
  }

  private void checkHeader(long tag, int from, int expectedLength) {
    long foundStamp = headerIn.getLong(0);
    long foundTag = headerIn.getLong(8);
    int foundSender = headerIn.getInt(16);
    int foundLength = headerIn.getInt(20);
    if (foundStamp != stamp
        || foundTag != tag
        || foundSender != from
        || foundLength != expectedLength) {
      throw new PeerException(
          String.format(
              Locale.ROOT,
              "ranks are not at the same exchange: expected run=%x sender=%d length=%d at %s, found run=%x sender=%d length=%d at %s",
              stamp,
              from,
              expectedLength,
              Tag.describe(tag),
              foundStamp,
              foundSender,
              foundLength,
              Tag.describe(foundTag)));
    }
  }
}
