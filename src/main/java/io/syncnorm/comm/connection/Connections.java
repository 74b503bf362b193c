package io.syncnorm.comm.connection;

import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunCertificate;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** Makes connections to the other processes of a run. */
public final class Connections {
  private final List<String> names;
  private final Selector selector;

  /** Processes whose handshakes are not complete. */
  private final List<Integer> pending = new ArrayList<>();

  private Connections(List<String> names, Selector selector) {
    this.names = names;
    this.selector = selector;
  }

  /**
   * Makes a connection of each channel, encrypted if the run is, and completes their handshakes,
   * all at once. The channels no longer block.
   *
   * @param channels whose both sides know the run's secret, by process, null for those without a
   *     connection; the later process has made it. They stay open if this fails
   * @param names names of the processes in messages
   * @return connections by process, null where there is no channel
   * @throws IOException if a handshake fails, or the deadline has passed
   */
  public static List<Connection> open(
      List<SocketChannel> channels, List<String> names, int self, RunKey key, Deadline deadline)
      throws IOException {
    List<Connection> connections = new ArrayList<>();
    for (int process = 0; process < channels.size(); process++) {
      SocketChannel channel = channels.get(process);
      connections.add(channel == null ? null : connection(channel, process < self, key));
    }
    if (key.certificate().isPresent()) {
      try (Selector selector = Selector.open()) {
        new Connections(names, selector).shakeHands(connections, deadline);
      }
    }
    return connections;
  }

  private static Connection connection(SocketChannel channel, boolean isDialled, RunKey key)
      throws IOException {
    channel.configureBlocking(false);
    Optional<RunCertificate> certificate = key.certificate();
    return certificate.isPresent()
        ? new TlsConnection(channel, engine(certificate.get(), isDialled))
        : new PlainConnection(channel);
  }

  /** An engine that has begun its handshake: the side that dialled is TLS's client. */
  static SSLEngine engine(RunCertificate certificate, boolean isDialled) throws SSLException {
    SSLEngine engine = certificate.context().createSSLEngine();
    engine.setUseClientMode(isDialled);
    engine.setSSLParameters(RunCertificate.parameters());
    engine.beginHandshake();
    return engine;
  }

  private void shakeHands(List<Connection> connections, Deadline deadline) throws IOException {
    for (int process = 0; process < connections.size(); process++) {
      Connection connection = connections.get(process);
      if (connection != null) {
        SelectionKey key = connection.register(selector);
        key.attach(process);
        pending.add(process);
        advance(process, connection, key);
      }
    }
    while (!pending.isEmpty()) {
      selector.select(deadline.remainingMillis());
      for (SelectionKey key : selector.selectedKeys()) {
        int process = (int) key.attachment();
        advance(process, connections.get(process), key);
      }
      selector.selectedKeys().clear();
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted in the TLS handshake with " + late());
      }
      if (!pending.isEmpty() && deadline.isOver()) {
        throw new IOException("timed out in the TLS handshake with " + late());
      }
    }
  }

  private void advance(int process, Connection connection, SelectionKey key) throws IOException {
    try {
      if (connection.handshake()) {
        pending.remove((Integer) process);
        key.interestOps(0);
      } else {
        key.interestOps(connection.hasUnsent() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      throw new IOException(
          "the TLS handshake with %s failed: %s".formatted(names.get(process), e.getMessage()), e);
    }
  }

  private String late() {
    return pending.stream().map(names::get).collect(Collectors.joining(" and "));
  }
}
