package io.syncnorm.comm.connection;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;

/**
 * A network of two channels in memory that never block. What one writes the other reads, in pieces
 * of a given size. One thread uses both.
 */
final class MemoryNetwork {
  /** The bytes on their way from one channel to the other. */
  static final class Direction {
    private final int piece;
    private final ByteBuffer held;
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private long cutAt = Long.MAX_VALUE;
    private long alteredAt = Long.MAX_VALUE;
    private boolean isClosed;

    private Direction(int piece, int capacity) {
      this.piece = piece;
      this.held = ByteBuffer.allocate(capacity);
    }

    /** Ends after so many bytes from the start: what is written later is lost. */
    void cutAt(long bytes) {
      cutAt = bytes;
    }

    /** Alters the byte that follows so many bytes from the start. */
    void alterAt(long bytes) {
      alteredAt = bytes;
    }

    /** Bytes that were written and not read. */
    int pending() {
      return held.position();
    }

    /** Everything that was written, cut, altered or not. */
    byte[] passed() {
      return passed.toByteArray();
    }

    /** Writes without the sender's doing. */
    void inject(byte[] bytes) {
      ByteBuffer from = ByteBuffer.wrap(bytes);
      while (from.hasRemaining()) {
        write(from);
      }
    }

    private int write(ByteBuffer from) {
      int count = Math.min(Math.min(piece, from.remaining()), held.remaining());
      for (int i = 0; i < count; i++) {
        byte next = from.get();
        if (passed.size() < cutAt) {
          held.put((byte) (passed.size() == alteredAt ? next ^ 0x10 : next));
        }
        passed.write(next);
      }
      return count;
    }

    private int read(ByteBuffer into) {
      int count = Math.min(Math.min(piece, into.remaining()), held.position());
      if (count == 0) {
        boolean hasEnded = isClosed || passed.size() >= cutAt;
        return hasEnded && held.position() == 0 && into.hasRemaining() ? -1 : 0;
      }
      held.flip();
      into.put(into.position(), held, 0, count);
      into.position(into.position() + count);
      held.position(count);
      held.compact();
      return count;
    }
  }

  private static final class End implements ByteChannel {
    private final Direction in;
    private final Direction out;

    End(Direction in, Direction out) {
      this.in = in;
      this.out = out;
    }

    @Override
    public int read(ByteBuffer into) throws ClosedChannelException {
      requireOpen();
      return in.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws ClosedChannelException {
      requireOpen();
      return out.write(from);
    }

    private void requireOpen() throws ClosedChannelException {
      if (!isOpen()) {
        throw new ClosedChannelException();
      }
    }

    @Override
    public boolean isOpen() {
      return !out.isClosed;
    }

    @Override
    public void close() {
      out.isClosed = true;
    }
  }

  final Direction toServer;
  final Direction toClient;
  final ByteChannel client;
  final ByteChannel server;

  /**
   * @param piece bytes that pass at most in one call
   * @param capacity bytes that may be on their way in each direction
   */
  MemoryNetwork(int piece, int capacity) {
    this.toServer = new Direction(piece, capacity);
    this.toClient = new Direction(piece, capacity);
    this.client = new End(toClient, toServer);
    this.server = new End(toServer, toClient);
  }
}
