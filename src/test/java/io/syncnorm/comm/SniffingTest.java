package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.connection.Connection;
import io.syncnorm.comm.connection.Connections;
import io.syncnorm.comm.wire.Connector;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.Listener;
import io.syncnorm.comm.wire.RunKey;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Someone who sits between two processes and reads what passes. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SniffingTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final List<String> NAMES = List.of("zero", "one");
  private static final String PARAMETERS = "parameters of a model";
  private static final long TAG = 0x5461_6720_6f66_2061L;

  /** What ranks exchange: the header of a frame, and the values. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldReadExchangesOnlyIfTheyArePlain(boolean isEncrypted) throws Exception {
    RunKey key = isEncrypted ? RunKey.encrypted() : RunKey.random();
    BlockingQueue<SocketChannel> arrived = new LinkedBlockingQueue<>();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Listener listener = Listener.open(HERE, key, arrived::add);
        RecordingProxy proxy = new RecordingProxy(listener.port());
        SocketChannel dialled =
            Connector.connect(HERE.getHostAddress(), proxy.port(), key, Deadline.in(PATIENT));
        SocketChannel accepted = arrived.poll(PATIENT.toSeconds(), TimeUnit.SECONDS)) {
      Future<byte[]> other = threads.submit(() -> exchange(0, Arrays.asList(null, accepted), key));
      byte[] own = exchange(1, Arrays.asList(dialled, null), key);
      assertArrayEquals(parameters(), own);
      assertArrayEquals(parameters(), other.get());
      assertBothRead(!isEncrypted, proxy, PARAMETERS);
      assertBothRead(!isEncrypted, proxy, text(TAG));
      assertBothRead(!isEncrypted, proxy, text(key.stamp()));
    } finally {
      threads.shutdownNow();
    }
  }

  private static byte[] exchange(int self, List<SocketChannel> channels, RunKey key)
      throws Exception {
    List<Connection> connections =
        Connections.open(channels, NAMES, self, key, Deadline.in(PATIENT));
    Messages out = new Messages();
    Messages in = new Messages();
    byte[] parameters = parameters();
    out.add(1 - self, parameters.length).put(parameters).rewind();
    ByteBuffer received = in.add(1 - self, parameters.length);
    try (SocketTransport transport =
        new SocketTransport(self, connections, NAMES, key, new Waiting.Spin(2), () -> {})) {
      transport.round(TAG, out, in, Limit.ofExchange(PATIENT, 1), Communicator.NOTHING);
    }
    byte[] bytes = new byte[parameters.length];
    received.get(0, bytes);
    return bytes;
  }

  /** What ranks and driver tell each other: addresses, and a report. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldReadReportsOnlyIfTheyArePlain(boolean isEncrypted) throws Exception {
    Layout layout = isEncrypted ? Layout.of(0).encrypted() : Layout.of(0);
    try (TestWorld world = new TestWorld(layout, PATIENT);
        RecordingProxy proxy = new RecordingProxy(world.rendezvous.port());
        Membership membership = world.join(0, proxy.port())) {
      membership.report(parameters());
      while (world.events.isEmpty()) {
        Thread.sleep(1);
      }
      assertEquals(List.of("reported 0 " + parameters().length), world.events);
      assertEquals(!isEncrypted, text(proxy.recording()).contains(PARAMETERS));
      assertBothRead(!isEncrypted, proxy, HERE.getHostAddress());
    }
  }

  /** Asserts that a text was read in both directions, or in none. */
  private static void assertBothRead(boolean expected, RecordingProxy proxy, String text) {
    assertEquals(expected, text(proxy.recording()).contains(text), text);
    assertEquals(expected, text(proxy.answers()).contains(text), text);
  }

  private static byte[] parameters() {
    return PARAMETERS.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(long number) {
    return text(ByteBuffer.allocate(Long.BYTES).putLong(0, number).array());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
