package io.syncnorm.comm.connection;

import io.syncnorm.comm.wire.Closing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Both ends of a TCP connection. */
record Loopback(SocketChannel dialled, SocketChannel accepted) implements AutoCloseable {
  static Loopback open() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel dialled = SocketChannel.open(server.getLocalAddress());
      return new Loopback(dialled, server.accept());
    }
  }

  @Override
  public void close() {
    Closing.quietly(dialled);
    Closing.quietly(accepted);
  }
}
