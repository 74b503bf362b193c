package io.syncnorm.comm.connection;

import io.syncnorm.comm.wire.Closing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** The bytes of a channel as they are. */
final class PlainConnection implements Connection {
  private final SocketChannel channel;

  /**
   * @param channel connected, and not blocking
   */
  PlainConnection(SocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public boolean handshake() {
    return true;
  }

  @Override
  public long read(ByteBuffer[] into) throws IOException {
    return channel.read(into);
  }

  @Override
  public long write(ByteBuffer[] from) throws IOException {
    return channel.write(from);
  }

  @Override
  public boolean flush() {
    return false;
  }

  @Override
  public boolean hasUnsent() {
    return false;
  }

  @Override
  public SelectionKey register(Selector selector) throws ClosedChannelException {
    return channel.register(selector, 0);
  }

  @Override
  public void close() {
    Closing.quietly(channel);
  }
}
