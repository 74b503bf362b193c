package io.syncnorm.comm.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/** Connects to a listener of the run. */
public final class Connector {
  private static final int KEEPALIVE_IDLE_SECONDS = 30;
  private static final int KEEPALIVE_INTERVAL_SECONDS = 10;
  private static final int KEEPALIVE_PROBES = 3;
  private static final long PAUSE_MILLIS = 20;

  private Connector() {}

  /** The other side closed the connection during the handshake. */
  private static final class CrowdedOutException extends IOException {
    CrowdedOutException(IOException cause) {
      super("the connection was closed during the handshake: " + cause.getMessage(), cause);
    }
  }

  /**
   * Connects, and proves that this side belongs to the run. A listener that is flooded by
   * unauthenticated connections closes the one that has waited longest, which may be this one, so
   * the connection is tried again until it is accepted.
   *
   * @throws IOException if no listener answers, the other side does not know the secret, or the
   *     deadline has passed
   */
  public static SocketChannel connect(String host, int port, RunKey key, Deadline deadline)
      throws IOException {
    while (true) {
      try {
        return connectOnce(host, port, key, deadline);
      } catch (CrowdedOutException e) {
        if (deadline.isOver()) {
          throw e;
        }
        pause(e);
      }
    }
  }

  private static SocketChannel connectOnce(String host, int port, RunKey key, Deadline deadline)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.socket().connect(new InetSocketAddress(host, port), deadline.remainingMillis());
      channel.socket().setTcpNoDelay(true);
      keepAlive(channel);
      try {
        Handshake.asClient(channel.socket(), key, deadline);
      } catch (EOFException | SocketException e) {
        throw new CrowdedOutException(e);
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      Closing.quietly(channel);
      throw e;
    }
  }

  /**
   * Turns TCP keepalive on: a connection breaks when the other side's machine or network fails,
   * even while nothing is sent. A rank that loads its rows sends nothing.
   */
  static void keepAlive(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    set(channel, ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
    set(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_INTERVAL_SECONDS);
    set(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_PROBES);
  }

  /**
   * Sets an option if the platform has it; otherwise the platform's times apply, usually two hours.
   */
  private static void set(SocketChannel channel, SocketOption<Integer> option, int value)
      throws IOException {
    if (channel.supportedOptions().contains(option)) {
      channel.setOption(option, value);
    }
  }

  private static void pause(CrowdedOutException last) throws CrowdedOutException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw last;
    }
  }
}
