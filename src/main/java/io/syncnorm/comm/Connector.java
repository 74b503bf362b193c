package io.syncnorm.comm;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;

/** Connects to a listener of the run. */
final class Connector {
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
  static SocketChannel connect(String host, int port, RunKey key, Deadline deadline)
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
      Keepalive.watch(channel);
      try {
        Handshake.asClient(channel.socket(), key, deadline);
      } catch (EOFException | SocketException e) {
        throw new CrowdedOutException(e);
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      Listener.closeQuietly(channel);
      throw e;
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
