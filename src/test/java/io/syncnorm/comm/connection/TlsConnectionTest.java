package io.syncnorm.comm.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.wire.RunCertificate;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS over a network in memory, on one thread: nothing depends on time. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TlsConnectionTest {
  private static final RunCertificate OWN = certificate();

  /** More than a record, its length and its checksum. */
  private static final int WIDE = 1 << 16;

  /** So many calls without a byte: nothing will happen any more. */
  private static final int STALLED = 1000;

  /** More turns than a handshake has bytes. */
  private static final int LONGEST_HANDSHAKE = 10_000;

  private static final int HEADER = 24;

  /** Bytes of type, version and length before a record's ciphertext. */
  private static final int RECORD_HEADER = 5;

  /** A prime, so that cuts fall on all parts of messages. */
  private static final int STRIDE = 61;

  private final Random random = new Random(1);

  private static RunCertificate certificate() {
    return RunKey.encrypted().certificate().orElseThrow();
  }

  /** Both ends of a connection. */
  private static final class Pair {
    final MemoryNetwork network;
    final SSLEngine clientEngine;
    final TlsConnection client;
    final TlsConnection server;

    Pair(int piece, SSLEngine clientEngine) throws IOException {
      this.network = new MemoryNetwork(piece, WIDE);
      this.clientEngine = clientEngine;
      this.client = new TlsConnection(network.client, null, clientEngine);
      this.server = new TlsConnection(network.server, null, Connections.engine(OWN, false));
    }

    static Pair of(int piece) throws IOException {
      return new Pair(piece, Connections.engine(OWN, true));
    }

    static Pair connected(int piece) throws IOException {
      Pair pair = of(piece);
      pair.shakeHands();
      return pair;
    }

    /** Either side's failure is thrown. */
    void shakeHands() throws IOException {
      for (int turn = 0; turn < LONGEST_HANDSHAKE; turn++) {
        boolean isClientDone = client.handshake();
        if (server.handshake() && isClientDone) {
          return;
        }
      }
      throw new IOException("the handshake stalls");
    }
  }

  /** One end's share of a transfer. */
  private static final class Transfer {
    private final Connection from;
    private final Connection to;
    private final ByteBuffer[] out;
    private final ByteBuffer in;
    private final int room;

    /**
     * @param room bytes that the receiver takes at most in one call
     */
    Transfer(Connection from, Connection to, byte[] message, int room) {
      int header = Math.min(HEADER, message.length);
      this.from = from;
      this.to = to;
      this.out =
          new ByteBuffer[] {
            ByteBuffer.wrap(message, 0, header),
            ByteBuffer.wrap(message, header, message.length - header)
          };
      this.in = ByteBuffer.allocate(message.length);
      this.room = room;
    }

    boolean isDone() {
      return !in.hasRemaining() && !from.hasUnsent();
    }

    /** Returns whether bytes moved. */
    boolean step() throws IOException {
      boolean moved = from.flush();
      if (out[0].hasRemaining() || out[1].hasRemaining()) {
        moved |= from.write(out) > 0;
      }
      if (in.hasRemaining()) {
        ByteBuffer first = in.slice(in.position(), Math.min(room, in.remaining()) / 2);
        int rest = Math.min(room, in.remaining()) - first.limit();
        ByteBuffer second = in.slice(in.position() + first.limit(), rest);
        long count = to.read(new ByteBuffer[] {first, second});
        if (count < 0) {
          throw new IOException("closed");
        }
        assertEquals(count, first.position() + second.position());
        in.position(in.position() + (int) count);
        moved |= count > 0;
      }
      return moved;
    }

    byte[] run() throws IOException {
      int idle = 0;
      while (!isDone()) {
        idle = step() ? 0 : idle + 1;
        if (idle > STALLED) {
          throw new IOException("the transfer stalls");
        }
      }
      return in.array();
    }
  }

  private static byte[] pass(Connection from, Connection to, byte[] message, int room)
      throws IOException {
    return new Transfer(from, to, message, room).run();
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 16, 17, 22, 1000, 16_406, 16_407, WIDE})
  void shouldPassMessagesOfAllLengthsInPiecesOfAnySize(int piece) throws IOException {
    Pair pair = Pair.connected(piece);
    for (int length : new int[] {1, HEADER, 1048, 16_383, 16_384, 16_385, 40_000}) {
      byte[] message = bytes(length);
      assertArrayEquals(message, pass(pair.client, pair.server, message, WIDE));
      assertArrayEquals(message, pass(pair.server, pair.client, message, WIDE));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 23, 4096})
  void shouldKeepWhatAReadHasNoRoomFor(int room) throws IOException {
    Pair pair = Pair.connected(WIDE);
    byte[] message = bytes(20_000);
    assertArrayEquals(message, pass(pair.client, pair.server, message, room));
    byte[] another = bytes(3);
    assertArrayEquals(another, pass(pair.client, pair.server, another, room));
  }

  /** The other side sends one record for two messages, and the selector sees it once only. */
  @Test
  void shouldReadTheSecondMessageOfARecordWithoutTheNetwork() throws IOException {
    Pair pair = Pair.connected(WIDE);
    pair.client.write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5})});
    ByteBuffer first = ByteBuffer.allocate(2);
    ByteBuffer second = ByteBuffer.allocate(3);
    assertEquals(2, pair.server.read(new ByteBuffer[] {first}));
    pair.network.toServer.cutAt(0);
    assertEquals(3, pair.server.read(new ByteBuffer[] {second}));
    assertArrayEquals(new byte[] {3, 4, 5}, second.array());
  }

  @ParameterizedTest
  @CsvSource({"65536, 65536", "1000, 300", "16406, 16384"})
  void shouldPassAMegabyteBothWaysAtOnce(int piece, int room) throws IOException {
    Pair pair = Pair.connected(piece);
    byte[] there = bytes(1 << 20);
    byte[] back = bytes(1 << 20);
    Transfer up = new Transfer(pair.client, pair.server, there, room);
    Transfer down = new Transfer(pair.server, pair.client, back, room);
    while (!up.isDone() || !down.isDone()) {
      boolean moved = up.step();
      moved |= down.step();
      assertTrue(moved, "it stalls");
    }
    assertArrayEquals(there, up.run());
    assertArrayEquals(back, down.run());
  }

  @Test
  void shouldHoldBackWhatTheNetworkDoesNotTake() throws IOException {
    Pair pair = Pair.connected(WIDE);
    ByteBuffer much = ByteBuffer.allocate(1 << 20);
    long taken = pair.client.write(new ByteBuffer[] {much});
    assertTrue(taken > 0 && taken < 2 * WIDE, "bytes=" + taken);
    assertTrue(pair.client.hasUnsent());
    assertEquals(0, pair.client.write(new ByteBuffer[] {much}));
    assertFalse(pair.client.flush());
    pair.server.read(new ByteBuffer[] {ByteBuffer.allocate(WIDE)});
    assertTrue(pair.client.flush());
  }

  @Test
  void shouldRevealNothingOnTheNetwork() throws IOException {
    Pair pair = Pair.connected(WIDE);
    byte[] message = "parameters, gradients and statistics".getBytes(StandardCharsets.US_ASCII);
    pass(pair.client, pair.server, message, WIDE);
    pass(pair.server, pair.client, message, WIDE);
    for (byte[] passed :
        new byte[][] {pair.network.toServer.passed(), pair.network.toClient.passed()}) {
      String text = new String(passed, StandardCharsets.ISO_8859_1);
      assertTrue(text.length() > message.length);
      assertFalse(text.contains("parameters"));
      assertFalse(text.contains("SyncNorm"), "the certificate is encrypted, too");
    }
  }

  /** A server may send sessions to resume after the handshake, which nobody would resume. */
  @Test
  void shouldSendNothingUnasked() throws IOException {
    Pair pair = Pair.connected(WIDE);
    pass(pair.client, pair.server, new byte[HEADER], WIDE);
    assertEquals(0, pair.network.toClient.pending());
  }

  /** Both sides then derive new keys, as they do after 137 GB. */
  @Test
  void shouldContinueWhenKeysAreRenewed() throws IOException {
    Pair pair = Pair.connected(WIDE);
    for (int i = 0; i < 3; i++) {
      pair.clientEngine.beginHandshake();
      byte[] message = bytes(30_000);
      assertArrayEquals(message, pass(pair.client, pair.server, message, WIDE));
      assertArrayEquals(message, pass(pair.server, pair.client, message, WIDE));
    }
  }

  /** Lengths of the handshake in both directions differ by a few bytes with each signature. */
  @Test
  void shouldFailWhereverTheHandshakeIsTorn() throws IOException {
    Pair whole = Pair.connected(WIDE);
    for (int at = 0; at < whole.network.toServer.passed().length; at += STRIDE) {
      Pair torn = Pair.of(WIDE);
      torn.network.toServer.cutAt(at);
      assertCutOff(torn);
    }
    for (int at = 0; at < whole.network.toClient.passed().length; at += STRIDE) {
      Pair torn = Pair.of(WIDE);
      torn.network.toClient.cutAt(at);
      assertCutOff(torn);
    }
  }

  private static void assertCutOff(Pair torn) {
    String message =
        assertThrows(
                SSLException.class,
                () -> {
                  torn.shakeHands();
                  pass(torn.client, torn.server, new byte[HEADER], WIDE);
                  pass(torn.server, torn.client, new byte[HEADER], WIDE);
                })
            .getMessage();
    assertTrue(message.contains("cut off"), message);
  }

  @Test
  void shouldNeverDeliverWhatWasAlteredInTheHandshake() throws IOException {
    Pair whole = Pair.connected(WIDE);
    byte[] message = bytes(1000);
    for (int at = 0; at < whole.network.toServer.passed().length; at += STRIDE) {
      Pair altered = Pair.of(WIDE);
      altered.network.toServer.alterAt(at);
      try {
        altered.shakeHands();
        assertArrayEquals(
            message, pass(altered.client, altered.server, message, WIDE), "altered byte " + at);
      } catch (IOException expected) {
        // It was found out.
      }
    }
  }

  /** All but the version, which receivers must ignore (RFC 8446, section 5.1). */
  @Test
  void shouldFindOutWhateverIsAlteredInARecord() throws IOException {
    Pair whole = Pair.connected(WIDE);
    byte[] message = bytes(HEADER);
    int before = whole.network.toServer.passed().length;
    pass(whole.client, whole.server, message, WIDE);
    int length = whole.network.toServer.passed().length - before;
    for (int at = 0; at < length; at += at < RECORD_HEADER ? 1 : 8) {
      Pair altered = Pair.connected(WIDE);
      altered.network.toServer.alterAt(altered.network.toServer.passed().length + at);
      if (at == 1 || at == 2) {
        assertArrayEquals(message, pass(altered.client, altered.server, message, WIDE));
      } else {
        assertThrows(
            IOException.class,
            () -> pass(altered.client, altered.server, message, WIDE),
            "altered byte " + at);
      }
    }
  }

  @Test
  void shouldFailOnBytesThatAreNotTls() throws IOException {
    for (int i = 0; i < 20; i++) {
      Pair pair = Pair.of(WIDE);
      pair.network.toServer.inject(bytes(1 + random.nextInt(WIDE / 2)));
      pair.network.toServer.cutAt(pair.network.toServer.passed().length);
      assertThrows(SSLException.class, pair.server::handshake);
    }
    Pair pair = Pair.connected(WIDE);
    pair.network.toServer.inject(new byte[100]); // a plain frame
    assertThrows(
        SSLException.class, () -> pair.server.read(new ByteBuffer[] {ByteBuffer.allocate(WIDE)}));
  }

  /** A length that TLS does not allow must not make the connection wait for so many bytes. */
  @Test
  void shouldRefuseRecordsThatAreTooLong() throws IOException {
    Pair pair = Pair.connected(WIDE);
    byte[] header = {23, 3, 3, (byte) 0x80, 0};
    pair.network.toServer.inject(header);
    pair.network.toServer.inject(new byte[30_000]);
    assertThrows(
        SSLException.class, () -> pair.server.read(new ByteBuffer[] {ByteBuffer.allocate(WIDE)}));
  }

  @Test
  void shouldTellAnEndFromACut() throws IOException {
    ByteBuffer[] into = {ByteBuffer.allocate(WIDE)};
    Pair closed = Pair.connected(WIDE);
    pass(closed.client, closed.server, new byte[HEADER], WIDE);
    closed.client.close();
    assertEquals(-1, closed.server.read(into));
    Pair cut = Pair.connected(WIDE);
    pass(cut.client, cut.server, new byte[HEADER], WIDE);
    cut.network.client.close();
    assertTrue(
        assertThrows(SSLException.class, () -> cut.server.read(into))
            .getMessage()
            .contains("cut off"));
  }

  @Test
  void shouldCloseAtOnceWhileTheNetworkTakesNothing() throws IOException {
    Pair pair = Pair.connected(WIDE);
    pair.client.write(new ByteBuffer[] {ByteBuffer.allocate(1 << 20)});
    pair.client.close();
    assertThrows(
        IOException.class, () -> pair.client.write(new ByteBuffer[] {ByteBuffer.allocate(1)}));
    Pair unused = Pair.of(WIDE);
    unused.client.close();
    assertThrows(IOException.class, unused.server::handshake);
  }

  @Test
  void shouldRefuseAnotherRunsCertificate() throws IOException {
    Pair strange = new Pair(WIDE, Connections.engine(certificate(), true));
    String message = assertThrows(SSLException.class, strange::shakeHands).getMessage();
    assertTrue(message.contains("another certificate"), message);
    message = assertThrows(SSLException.class, strange.server::handshake).getMessage();
    assertTrue(message.contains("alert"), message);
  }

  @Test
  void shouldRefuseAClientWithoutACertificate() throws Exception {
    Pair strange = new Pair(WIDE, CarelessClient.engine());
    assertThrows(SSLException.class, strange::shakeHands);
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLSv1.3, TLS_AES_256_GCM_SHA384",
    "TLSv1.3, TLS_CHACHA20_POLY1305_SHA256"
  })
  void shouldSpeakOneVersionAndOneCipher(String protocol, String cipher) throws IOException {
    SSLEngine other = OWN.context().createSSLEngine();
    other.setUseClientMode(true);
    other.setSSLParameters(new SSLParameters(new String[] {cipher}, new String[] {protocol}));
    other.beginHandshake();
    Pair pair = new Pair(WIDE, other);
    assertThrows(SSLException.class, pair::shakeHands);
    Pair own = Pair.connected(WIDE);
    assertEquals(RunCertificate.PROTOCOL, own.clientEngine.getSession().getProtocol());
    assertEquals(RunCertificate.CIPHER, own.clientEngine.getSession().getCipherSuite());
  }
}
