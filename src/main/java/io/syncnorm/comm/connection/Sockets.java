package io.syncnorm.comm.connection;

import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunCertificate;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/**
 * Makes sockets, whose streams wait, of channels: encrypted if the run is. One thread may read
 * while another one writes. Closing the channel ends both at once.
 */
public final class Sockets {
  private Sockets() {}

  /**
   * The socket of a connection that this side has made.
   *
   * @param channel whose both sides know the run's secret; it stays open if this fails
   * @throws IOException if the TLS handshake fails, or takes too long
   */
  public static Socket dialled(SocketChannel channel, RunKey key, Deadline deadline)
      throws IOException {
    return socket(channel, true, key, deadline);
  }

  /**
   * The socket of a connection that the other side has made.
   *
   * @param channel whose both sides know the run's secret; it stays open if this fails
   * @throws IOException if the TLS handshake fails, or takes too long
   */
  public static Socket accepted(SocketChannel channel, RunKey key, Deadline deadline)
      throws IOException {
    return socket(channel, false, key, deadline);
  }

  private static Socket socket(
      SocketChannel channel, boolean isDialled, RunKey key, Deadline deadline) throws IOException {
    Optional<RunCertificate> certificate = key.certificate();
    if (certificate.isEmpty()) {
      return channel.socket();
    }
    Socket plain = channel.socket();
    SSLSocket socket =
        (SSLSocket)
            certificate
                .get()
                .context()
                .getSocketFactory()
                .createSocket(
                    plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
    socket.setUseClientMode(isDialled);
    socket.setSSLParameters(RunCertificate.parameters());
    try {
      socket.setSoTimeout(deadline.remainingMillis());
      socket.startHandshake();
      socket.setSoTimeout(0);
      return socket;
    } catch (IOException e) {
      throw new IOException("the TLS handshake failed: " + e.getMessage(), e);
    }
  }
}
