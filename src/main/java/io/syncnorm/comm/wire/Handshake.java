package io.syncnorm.comm.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Each side proves to the other that it knows the run's secret, without revealing it: challenge and
 * response by HMAC-SHA-256. Fresh nonces on both sides prevent the replay of a recorded handshake.
 *
 * <pre>
 * client                                            server
 *   magic [8], client nonce [32]             ->
 *            &lt;-   server nonce [32], HMAC("server", run, both nonces) [32]
 *   HMAC("client", run, both nonces) [32]    ->
 *            &lt;-   WELCOME [1]
 * </pre>
 *
 * <p>The handshake ends with the welcome. Until then the server may close the connection in favor
 * of others.
 *
 * <p>No byte from an unauthenticated connection is interpreted or decides how much is read.
 */
final class Handshake {
  private static final byte[] MAGIC = "SyncNrm1".getBytes(StandardCharsets.US_ASCII);
  private static final int NONCE_BYTES = 32;
  private static final int PROOF_BYTES = 32;
  private static final byte[] WELCOME = {1};
  private static final SecureRandom RANDOM = new SecureRandom();

  private Handshake() {}

  /**
   * @throws IOException if the other side does not know the secret, or is too slow
   */
  static void asClient(Socket socket, RunKey key, Deadline deadline) throws IOException {
    byte[] clientNonce = nonce();
    OutputStream out = socket.getOutputStream();
    out.write(concatenate(MAGIC, clientNonce));
    out.flush();
    byte[] serverNonce = read(socket, NONCE_BYTES, deadline);
    byte[] proof = read(socket, PROOF_BYTES, deadline);
    require(proof, key.proof("server", clientNonce, serverNonce));
    out.write(key.proof("client", clientNonce, serverNonce));
    out.flush();
    if (!Arrays.equals(read(socket, WELCOME.length, deadline), WELCOME)) {
      throw new IOException("the other side sent no valid welcome");
    }
  }

  /**
   * Performs the server's side up to the welcome.
   *
   * @throws IOException if the other side does not know the secret, or is too slow
   */
  static void asServer(Socket socket, RunKey key, Deadline deadline) throws IOException {
    require(read(socket, MAGIC.length, deadline), MAGIC);
    byte[] clientNonce = read(socket, NONCE_BYTES, deadline);
    byte[] serverNonce = nonce();
    OutputStream out = socket.getOutputStream();
    out.write(concatenate(serverNonce, key.proof("server", clientNonce, serverNonce)));
    out.flush();
    require(read(socket, PROOF_BYTES, deadline), key.proof("client", clientNonce, serverNonce));
  }

  /** Sends the server's last message, once the server will no longer close the connection. */
  static void welcome(Socket socket) throws IOException {
    socket.getOutputStream().write(WELCOME);
  }

  private static void require(byte[] found, byte[] expected) throws IOException {
    if (!MessageDigest.isEqual(found, expected)) { // in constant time
      throw new IOException("the other side does not know this run's secret");
    }
  }

  private static byte[] read(Socket socket, int length, Deadline deadline) throws IOException {
    byte[] bytes = new byte[length];
    InputStream in = socket.getInputStream();
    int at = 0;
    while (at < length) {
      if (deadline.isOver()) {
        throw new IOException("the handshake took too long");
      }
      socket.setSoTimeout(deadline.remainingMillis());
      int count = in.read(bytes, at, length - at);
      if (count < 0) {
        throw new EOFException("the connection was closed during the handshake");
      }
      at += count;
    }
    socket.setSoTimeout(0);
    return bytes;
  }

  private static byte[] nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  private static byte[] concatenate(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
