package io.syncnorm.comm.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Locale;

/**
 * Connects to listeners of the run, and proves that this side belongs to it. The connection is a
 * channel that blocks, at the first byte after the {@linkplain Handshake handshake}; this side was
 * its client.
 *
 * <p>An attempt that is not answered, or that a listener closes in favor of others, is repeated
 * after a random pause until the deadline; a refused one for {@link Redial#REFUSAL_PATIENCE}. If
 * the other side does not know the run's secret, or the host is unknown, there is no second one.
 */
public final class Connector {
  private Connector() {}

  /**
   * A listener of another process.
   *
   * @param name of the process in messages
   */
  public record Target(String name, String host, int port) {
    private InetSocketAddress address() {
      return new InetSocketAddress(host, port);
    }
  }

  /** Takes connections as they are made, on the thread that makes them. */
  @FunctionalInterface
  public interface Connected {
    /**
     * Sends what the {@link Listener.Acceptor} reads first. Other connections wait meanwhile.
     *
     * @param index of the target
     * @throws IOException if the connection cannot be used; then connecting fails
     */
    void take(int index, SocketChannel channel) throws IOException;
  }

  /**
   * Connects to one listener.
   *
   * @throws IOException if it cannot be reached or does not know the secret; with the first cause
   *     if attempts were repeated until the deadline
   */
  public static SocketChannel connect(String host, int port, RunKey key, Deadline deadline)
      throws IOException {
    try (Dialler dialler = new Dialler(key, deadline, (index, channel) -> {})) {
      return dialler.dial(List.of(new InetSocketAddress(host, port))).get(0);
    } catch (Dialler.DialException e) {
      throw e.reason();
    }
  }

  /**
   * Connects to several listeners at once.
   *
   * @return a connection to each, in their order; all are closed if this fails
   * @throws IOException as {@link #connect}, with the name of the first that cannot be reached
   */
  public static List<SocketChannel> connectAll(
      List<Target> targets, RunKey key, Deadline deadline, Connected connected) throws IOException {
    try (Dialler dialler = new Dialler(key, deadline, connected)) {
      return dialler.dial(targets.stream().map(Target::address).toList());
    } catch (Dialler.DialException e) {
      Target target = targets.get(e.index());
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s, port %d: %s",
              target.name(),
              target.port(),
              e.reason().getMessage()),
          e.reason());
    }
  }
}
