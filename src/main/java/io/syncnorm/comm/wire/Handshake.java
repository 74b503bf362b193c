package io.syncnorm.comm.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * Each side proves to the other that it knows the run's secret, without revealing it: challenge and
 * response by HMAC-SHA-256. Fresh nonces on both sides prevent the replay of a recorded handshake,
 * and the names of the sides that of a reflected one.
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
 * <p>This is one side of it, over bytes: it neither waits nor reads. The caller brings what has
 * arrived ({@link #feed}), at most what is {@link #wanted}, and sends the {@link #output}. Nothing
 * that arrives is interpreted or decides how much is read, and no byte is taken that follows the
 * handshake: the connection is the member's from the next one on.
 */
final class Handshake {
  /** The most bytes that are wanted at once. */
  static final int LONGEST_MESSAGE = 32;

  private static final byte[] MAGIC = "SyncNrm1".getBytes(StandardCharsets.US_ASCII);
  private static final int NONCE_BYTES = 32;
  private static final int PROOF_BYTES = 32;
  private static final byte[] WELCOME = {1};
  private static final SecureRandom RANDOM = new SecureRandom();

  /** What a complete message means. */
  @FunctionalInterface
  private interface Step {
    void received(byte[] message) throws HandshakeException;
  }

  private final RunKey key;
  private byte[] clientNonce;
  private byte[] serverNonce;
  private ByteBuffer output = ByteBuffer.allocate(0);

  /** The message that is under way to this side. */
  private ByteBuffer message = ByteBuffer.allocate(0);

  private Step step;
  private boolean isAuthenticated;

  private Handshake(RunKey key) {
    this.key = key;
  }

  /** The side that has connected. */
  static Handshake client(RunKey key) {
    return client(key, nonce());
  }

  /** The side that listens. */
  static Handshake server(RunKey key) {
    return server(key, nonce());
  }

  static Handshake client(RunKey key, byte[] nonce) {
    Handshake client = new Handshake(key);
    client.clientNonce = nonce;
    client.send(MAGIC, nonce);
    client.expect(NONCE_BYTES, client::serverNonce);
    return client;
  }

  static Handshake server(RunKey key, byte[] nonce) {
    Handshake server = new Handshake(key);
    server.serverNonce = nonce;
    server.expect(MAGIC.length, server::magic);
    return server;
  }

  /** Bytes that the other side is still to send of the next message; none is read ahead of it. */
  int wanted() {
    return message.remaining();
  }

  /**
   * Takes what is wanted of the bytes that have arrived, and leaves the rest.
   *
   * @throws HandshakeException if the other side does not know the secret; the handshake is over
   */
  void feed(ByteBuffer bytes) throws HandshakeException {
    while (bytes.hasRemaining() && message.hasRemaining()) {
      message.put(bytes.get());
      if (!message.hasRemaining()) {
        step.received(message.array());
      }
    }
  }

  /** Bytes to send, from position to limit; sending moves the position. */
  ByteBuffer output() {
    return output;
  }

  /** Whether each side knows that the other knows the secret, and nothing is left to send. */
  boolean isComplete() {
    return isAuthenticated && !output.hasRemaining();
  }

  private void magic(byte[] found) throws HandshakeException {
    require(found, MAGIC);
    expect(NONCE_BYTES, this::clientNonce);
  }

  private void clientNonce(byte[] nonce) {
    clientNonce = nonce;
    send(serverNonce, key.proof("server", clientNonce, serverNonce));
    expect(PROOF_BYTES, this::clientProof);
  }

  private void clientProof(byte[] proof) throws HandshakeException {
    require(proof, key.proof("client", clientNonce, serverNonce));
    send(WELCOME);
    isAuthenticated = true;
  }

  private void serverNonce(byte[] nonce) {
    serverNonce = nonce;
    expect(PROOF_BYTES, this::serverProof);
  }

  private void serverProof(byte[] proof) throws HandshakeException {
    require(proof, key.proof("server", clientNonce, serverNonce));
    send(key.proof("client", clientNonce, serverNonce));
    expect(WELCOME.length, this::welcome);
  }

  private void welcome(byte[] found) throws HandshakeException {
    if (!MessageDigest.isEqual(found, WELCOME)) {
      throw new HandshakeException("the other side sent no valid welcome");
    }
    isAuthenticated = true;
  }

  private void expect(int bytes, Step next) {
    message = ByteBuffer.allocate(bytes);
    step = next;
  }

  private void send(byte[]... parts) {
    int length = output.remaining();
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length).put(output);
    for (byte[] part : parts) {
      all.put(part);
    }
    output = all.flip();
  }

  private static void require(byte[] found, byte[] expected) throws HandshakeException {
    if (!MessageDigest.isEqual(found, expected)) { // in constant time
      throw new HandshakeException("the other side does not know this run's secret");
    }
  }

  private static byte[] nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return nonce;
  }
}
