package io.syncnorm.comm;

import io.syncnorm.comm.connection.Connection;
import io.syncnorm.comm.fold.LinkCost;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.Queue;

/** The connection to another process, with the frames of a round that are still to pass. */
final class Peer {
  /**
   * A message on a connection.
   *
   * <pre>
   *  0              8              16          20          24
   * +--------------+--------------+-----------+-----------+----------------
   * | run, attempt |     tag      |  sender   |  length   |  payload ...
   * |   8 bytes    |   8 bytes    |  4 bytes  |  4 bytes  |  length bytes
   * +--------------+--------------+-----------+-----------+----------------
   * </pre>
   */
  static final class Frame {
    private final ByteBuffer header = ByteBuffer.allocateDirect(LinkCost.HEADER_BYTES);
    private final ByteBuffer[] buffers = {header, header};
    private int length;

    /** Starts sending. */
    void send(long stamp, long tag, int sender, ByteBuffer payload) {
      receive(payload);
      header.putLong(stamp).putLong(tag).putInt(sender).putInt(length).flip();
    }

    /** Starts receiving. */
    void receive(ByteBuffer payload) {
      header.clear();
      buffers[1] = payload;
      length = payload.remaining();
    }

    /** Header and payload, with what is left of them. */
    ByteBuffer[] buffers() {
      return buffers;
    }

    boolean hasHeader() {
      return !header.hasRemaining();
    }

    boolean isComplete() {
      return !header.hasRemaining() && !buffers[1].hasRemaining();
    }

    /** Length of the payload. */
    int length() {
      return length;
    }

    /** Whether the header is that of the expected message. */
    boolean matches(long stamp, long tag, int sender) {
      return foundStamp() == stamp
          && foundTag() == tag
          && foundSender() == sender
          && foundLength() == length;
    }

    long foundStamp() {
      return header.getLong(0);
    }

    long foundTag() {
      return header.getLong(8);
    }

    int foundSender() {
      return header.getInt(16);
    }

    int foundLength() {
      return header.getInt(20);
    }
  }

  private final int process;
  private final String name;
  private final Connection connection;
  private final SelectionKey key;
  private final Queue<Frame> out = new ArrayDeque<>();
  private final Queue<Frame> in = new ArrayDeque<>();

  /**
   * @param name of the process in messages
   */
  Peer(int process, String name, Connection connection, SelectionKey key) {
    this.process = process;
    this.name = name;
    this.connection = connection;
    this.key = key;
  }

  int process() {
    return process;
  }

  String name() {
    return name;
  }

  Connection connection() {
    return connection;
  }

  void send(Frame frame) {
    out.add(frame);
  }

  void receive(Frame frame) {
    in.add(frame);
  }

  boolean isReceiving() {
    return !in.isEmpty();
  }

  boolean isDone() {
    return out.isEmpty() && in.isEmpty() && !connection.hasUnsent();
  }

  /** Sends what the connection takes; returns whether bytes moved. */
  boolean write() throws IOException {
    boolean moved = connection.flush();
    while (!out.isEmpty() && connection.write(out.peek().buffers()) > 0) {
      moved = true;
      if (out.peek().isComplete()) {
        out.remove();
      }
    }
    return moved;
  }

  /**
   * Receives what is there of the next frame, and no more than that.
   *
   * @return the frame if bytes moved, otherwise null
   * @throws EOFException if the other process has closed the connection
   */
  Frame read() throws IOException {
    Frame frame = in.peek();
    if (frame == null) {
      return null;
    }
    long count = connection.read(frame.buffers());
    if (count < 0) {
      throw new EOFException();
    }
    if (frame.isComplete()) {
      in.remove();
    }
    return count > 0 ? frame : null;
  }

  /** Makes the selector wait for this connection, as far as frames are still to pass. */
  void watch() {
    boolean isSending = !out.isEmpty() || connection.hasUnsent();
    key.interestOps(
        (isSending ? SelectionKey.OP_WRITE : 0) | (in.isEmpty() ? 0 : SelectionKey.OP_READ));
  }

  void unwatch() {
    key.interestOps(0);
  }
}
