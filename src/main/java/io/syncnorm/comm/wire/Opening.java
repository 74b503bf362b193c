package io.syncnorm.comm.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A connection on a selector whose handshake is under way. */
final class Opening {
  private final SocketChannel channel;
  private final SelectionKey key;
  private final Handshake handshake;
  private final ByteBuffer in = ByteBuffer.allocate(Handshake.LONGEST_MESSAGE);

  /**
   * @param key the connection's at the selector, which waits for what the handshake needs next
   */
  Opening(SocketChannel channel, SelectionKey key, Handshake handshake) {
    this.channel = channel;
    this.key = key;
    this.handshake = handshake;
  }

  /**
   * Sends and receives what is possible now.
   *
   * @return whether the handshake is complete
   * @throws IOException if it cannot be completed
   */
  boolean proceed() throws IOException {
    while (!handshake.isComplete()) {
      if (handshake.output().hasRemaining()) {
        if (channel.write(handshake.output()) == 0) {
          key.interestOps(SelectionKey.OP_WRITE);
          return false;
        }
      } else {
        int count = channel.read(in.clear().limit(handshake.wanted()));
        if (count < 0) {
          throw new EOFException("the connection was closed during the handshake");
        }
        if (count == 0) {
          key.interestOps(SelectionKey.OP_READ);
          return false;
        }
        handshake.feed(in.flip());
      }
    }
    return true;
  }

  /** Takes the connection off the selector; from now on it blocks, and breaks if its peer fails. */
  SocketChannel release() throws IOException {
    key.cancel();
    channel.configureBlocking(true);
    KeepAlive.on(channel);
    return channel;
  }

  void close() {
    Closing.quietly(channel);
  }
}
