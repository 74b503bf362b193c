package io.syncnorm.comm.driver;

import io.syncnorm.comm.connection.Sockets;
import io.syncnorm.comm.wire.Closing;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * The two streams of a connection between a process and the driver. Both sides make them here, from
 * the channel.
 *
 * <p>An interrupt of a thread that reads or writes closes the connection, so only threads do that
 * which nobody interrupts.
 */
final class Streams implements AutoCloseable {
  private final SocketChannel channel;
  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  @FunctionalInterface
  private interface SocketMaker {
    Socket make() throws IOException;
  }

  private Streams(SocketChannel channel, Socket socket) throws IOException {
    this.channel = channel;
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  /**
   * The streams of a process that has connected to the driver.
   *
   * @throws IOException if the connection is broken, or the TLS handshake of an encrypted run
   *     fails; the connection is closed then
   */
  static Streams dialled(SocketChannel channel, RunKey key, Deadline deadline) throws IOException {
    return closing(channel, () -> Sockets.dialled(channel, key, deadline));
  }

  /**
   * The streams of the driver.
   *
   * @throws IOException as for {@link #dialled}
   */
  static Streams accepted(SocketChannel channel, RunKey key, Deadline deadline) throws IOException {
    return closing(channel, () -> Sockets.accepted(channel, key, deadline));
  }

  private static Streams closing(SocketChannel channel, SocketMaker maker) throws IOException {
    try {
      return new Streams(channel, maker.make());
    } catch (IOException | RuntimeException e) {
      Closing.quietly(channel);
      throw e;
    }
  }

  DataInputStream in() {
    return in;
  }

  DataOutputStream out() {
    return out;
  }

  /**
   * Sets how long a read may wait for the next byte.
   *
   * @param timeout zero if it may wait as long as the connection lasts
   */
  void setReadTimeout(Duration timeout) throws IOException {
    socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
  }

  /** Ends whatever another thread reads or writes. */
  @Override
  public void close() {
    Closing.quietly(channel);
  }
}
