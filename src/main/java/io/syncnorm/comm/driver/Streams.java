package io.syncnorm.comm.driver;

import io.syncnorm.comm.wire.Closing;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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
  private final DataInputStream in;
  private final DataOutputStream out;

  /**
   * @throws IOException if the connection is broken; it is closed then
   */
  Streams(SocketChannel channel) throws IOException {
    this.channel = channel;
    try {
      this.in = new DataInputStream(new BufferedInputStream(channel.socket().getInputStream()));
      this.out = new DataOutputStream(new BufferedOutputStream(channel.socket().getOutputStream()));
    } catch (IOException e) {
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
    channel.socket().setSoTimeout((int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
  }

  /** Ends whatever another thread reads or writes. */
  @Override
  public void close() {
    Closing.quietly(channel);
  }
}
