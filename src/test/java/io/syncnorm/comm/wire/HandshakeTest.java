package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides of a handshake, over bytes. */
class HandshakeTest {
  /** Magic and nonce, then a proof. */
  private static final int CLIENT_BYTES = 40 + 32;

  /** Nonce and proof, then the welcome. */
  private static final int SERVER_BYTES = 64 + 1;

  private static final String UNKNOWN_SECRET = "the other side does not know this run's secret";

  private final RunKey key = RunKey.random();
  private final Handshake client = Handshake.client(key);
  private final Handshake server = Handshake.server(key);

  /** What each side has sent. */
  private final ByteArrayOutputStream ofClient = new ByteArrayOutputStream();

  private final ByteArrayOutputStream ofServer = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 31, 32, 33, 64, 1000})
  void shouldAuthenticateBothSidesHoweverBytesAreSplit(int most) throws Exception {
    run(() -> most);
    assertTrue(client.isComplete());
    assertTrue(server.isComplete());
    assertEquals(CLIENT_BYTES, ofClient.size());
    assertEquals(SERVER_BYTES, ofServer.size());
  }

  @Test
  void shouldAuthenticateBothSidesWhenBytesAreSplitAtRandom() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      HandshakeTest other = new HandshakeTest();
      other.run(() -> random.nextInt(1, 50));
      assertTrue(other.client.isComplete() && other.server.isComplete());
    }
  }

  @Test
  void shouldLeaveBytesThatFollowTheHandshake() throws Exception {
    run(() -> 1000);
    for (Handshake side : new Handshake[] {client, server}) {
      ByteBuffer member = ByteBuffer.wrap(new byte[] {1, 2, 3});
      assertEquals(0, side.wanted());
      side.feed(member);
      assertEquals(3, member.remaining());
    }
  }

  @Test
  void shouldNotTakeTheNextMessageWithTheLast() throws Exception {
    send(client, server, ofClient, 1000);
    send(server, client, ofServer, 1000);
    ByteBuffer proofAndMember =
        ByteBuffer.allocate(100).put(client.output()).put((byte) 7).put((byte) 8).flip();
    server.feed(proofAndMember);
    assertEquals(2, proofAndMember.remaining());
    assertEquals(7, proofAndMember.get());
  }

  @Test
  void shouldNotBeCompleteBeforeTheWelcomeIsSentAndReceived() throws Exception {
    send(client, server, ofClient, 1000);
    assertFalse(server.isComplete());
    send(server, client, ofServer, 1000);
    send(client, server, ofClient, 1000);
    assertFalse(client.isComplete());
    assertFalse(server.isComplete());
    assertEquals(1, server.output().remaining());
    send(server, client, ofServer, 1000);
    assertTrue(client.isComplete() && server.isComplete());
  }

  /** It may end after any byte. */
  @Test
  void shouldNotAuthenticateATornHandshake() throws Exception {
    byte[] hello = bytes(client.output());
    for (int i = 0; i < hello.length; i++) {
      assertEquals(0, server.output().remaining());
      assertTornAfter(server, hello[i]);
    }
    client.feed(server.output());
    byte[] proof = bytes(client.output());
    for (int i = 0; i < proof.length - 1; i++) {
      assertTornAfter(server, proof[i]);
    }
    assertEquals(1, server.wanted());
  }

  private static void assertTornAfter(Handshake side, byte last) throws HandshakeException {
    side.feed(ByteBuffer.wrap(new byte[] {last}));
    assertFalse(side.isComplete());
    assertTrue(side.wanted() > 0 && side.wanted() <= Handshake.LONGEST_MESSAGE);
  }

  @Test
  void shouldRejectTheWrongSecretOnBothSides() throws Exception {
    Handshake stranger = Handshake.server(RunKey.random());
    stranger.feed(client.output());
    assertRejected(client, stranger.output());

    Handshake other = Handshake.client(RunKey.random());
    server.feed(other.output());
    server.output().position(server.output().limit());
    byte[] guess = new byte[32];
    assertRejected(server, ByteBuffer.wrap(guess));
  }

  @Test
  void shouldRejectTheMagicOfAnotherProtocolAtOnce() {
    byte[] garbage = "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    assertRejected(server, ByteBuffer.wrap(garbage));
    assertEquals(0, server.output().remaining());
  }

  @Test
  void shouldRejectAReplay() throws Exception {
    run(() -> 1000);
    assertRejected(Handshake.server(key), ByteBuffer.wrap(ofClient.toByteArray()));
    assertRejected(Handshake.client(key), ByteBuffer.wrap(ofServer.toByteArray()));
  }

  /** The other side sends back what this side has sent. */
  @Test
  void shouldRejectAReflection() throws Exception {
    byte[] hello = bytes(client.output().duplicate());
    byte[] nonceTwice = new byte[64];
    System.arraycopy(hello, 8, nonceTwice, 0, 32);
    System.arraycopy(hello, 8, nonceTwice, 32, 32);
    assertRejected(client, ByteBuffer.wrap(nonceTwice));

    byte[] sameNonce = new byte[32];
    Handshake other = Handshake.server(key, sameNonce);
    other.feed(Handshake.client(key, sameNonce).output());
    byte[] answer = bytes(other.output());
    assertRejected(other, ByteBuffer.wrap(answer, 32, 32));
  }

  @Test
  void shouldRejectAnInvalidWelcome() throws Exception {
    send(client, server, ofClient, 1000);
    send(server, client, ofServer, 1000);
    HandshakeException failure =
        assertThrows(HandshakeException.class, () -> client.feed(ByteBuffer.wrap(new byte[1])));
    assertEquals("the other side sent no valid welcome", failure.getMessage());
    assertFalse(client.isComplete());
  }

  @Test
  void shouldUseFreshNonces() {
    byte[] one = bytes(Handshake.client(key).output());
    byte[] other = bytes(Handshake.client(key).output());
    assertArrayEquals(Arrays.copyOf(one, 8), Arrays.copyOf(other, 8));
    assertFalse(Arrays.equals(one, other));
  }

  private static void assertRejected(Handshake side, ByteBuffer bytes) {
    HandshakeException failure = assertThrows(HandshakeException.class, () -> side.feed(bytes));
    assertEquals(UNKNOWN_SECRET, failure.getMessage());
    assertFalse(side.isComplete());
    assertEquals(0, side.wanted());
  }

  /** Passes bytes both ways, at most so many at once, until nothing is left to send. */
  private void run(Supplier<Integer> most) throws HandshakeException {
    while (client.output().hasRemaining() || server.output().hasRemaining()) {
      send(client, server, ofClient, most.get());
      send(server, client, ofServer, most.get());
    }
  }

  private static void send(Handshake from, Handshake to, ByteArrayOutputStream copy, int most)
      throws HandshakeException {
    byte[] bytes = new byte[Math.min(most, from.output().remaining())];
    from.output().get(bytes);
    copy.writeBytes(bytes);
    ByteBuffer arrived = ByteBuffer.wrap(bytes);
    to.feed(arrived);
    assertFalse(arrived.hasRemaining());
  }

  private static byte[] bytes(ByteBuffer from) {
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    return bytes;
  }
}
