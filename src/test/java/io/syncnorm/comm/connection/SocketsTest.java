package io.syncnorm.comm.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SocketsTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(200);

  /** More than the buffers of a connection hold. */
  private static final int LARGE = 1 << 23;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Loopback loopback;

  @BeforeEach
  void open() throws IOException {
    loopback = Loopback.open();
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    loopback.close();
  }

  static Stream<RunKey> keys() {
    return Stream.of(RunKey.random(), RunKey.encrypted());
  }

  private Future<Socket> accept(RunKey key) {
    return threads.submit(() -> Sockets.accepted(loopback.accepted(), key, Deadline.in(PATIENT)));
  }

  private Socket dial(RunKey key) throws IOException {
    return Sockets.dialled(loopback.dialled(), key, Deadline.in(PATIENT));
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  /** Both sides write before the other one has read all. */
  @ParameterizedTest
  @MethodSource("keys")
  void shouldReadAndWriteAtOnceOnTwoThreads(RunKey key) throws Exception {
    Future<Socket> accepting = accept(key);
    Socket dialled = dial(key);
    Socket accepted = accepting.get();
    Future<byte[]> up = threads.submit(() -> accepted.getInputStream().readNBytes(LARGE));
    Future<byte[]> down = threads.submit(() -> dialled.getInputStream().readNBytes(LARGE - 1));
    Future<?> sending =
        threads.submit(
            () -> {
              accepted.getOutputStream().write(random(LARGE - 1));
              return null;
            });
    dialled.getOutputStream().write(random(LARGE));
    sending.get();
    assertArrayEquals(random(LARGE), up.get());
    assertArrayEquals(random(LARGE - 1), down.get());
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldTimeOutWhileNothingArrives(RunKey key) throws Exception {
    Future<Socket> accepting = accept(key);
    Socket dialled = dial(key);
    dialled.setSoTimeout((int) SHORT.toMillis());
    assertThrows(SocketTimeoutException.class, () -> dialled.getInputStream().read());
    accepting.get().getOutputStream().write(7);
    dialled.setSoTimeout(0);
    assertEquals(7, dialled.getInputStream().read());
  }

  /** The reader is blocked, and so is a writer whose bytes nobody reads. */
  @ParameterizedTest
  @MethodSource("keys")
  void shouldEndBothDirectionsWhenTheChannelIsClosed(RunKey key) throws Exception {
    Future<Socket> accepting = accept(key);
    Socket dialled = dial(key);
    accepting.get();
    Future<Integer> reading = threads.submit(() -> dialled.getInputStream().read());
    Future<?> writing =
        threads.submit(
            () -> {
              while (true) {
                dialled.getOutputStream().write(new byte[LARGE]);
              }
            });
    Thread.sleep(SHORT.toMillis()); // until both wait
    loopback.dialled().close();
    assertThrows(ExecutionException.class, reading::get);
    assertThrows(ExecutionException.class, writing::get);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 100, 1000})
  void shouldRefuseATornOrInvalidHandshake(int bytes) throws Exception {
    Future<Socket> accepting = accept(RunKey.encrypted());
    loopback.dialled().write(ByteBuffer.wrap(random(bytes)));
    loopback.dialled().close();
    ExecutionException refused = assertThrows(ExecutionException.class, accepting::get);
    assertTrue(
        refused.getCause().getMessage().startsWith("the TLS handshake failed: "),
        refused.getCause().getMessage());
  }

  @Test
  void shouldNotWaitForAHandshakeForEver() {
    assertThrows(
        IOException.class,
        () -> Sockets.accepted(loopback.accepted(), RunKey.encrypted(), Deadline.in(SHORT)));
  }

  @Test
  void shouldRefuseAnotherRun() {
    Future<Socket> accepting = accept(RunKey.encrypted());
    IOException refused = assertThrows(IOException.class, () -> dial(RunKey.encrypted()));
    assertTrue(refused.getMessage().contains("another certificate"), refused.getMessage());
    assertThrows(ExecutionException.class, accepting::get);
  }
}
