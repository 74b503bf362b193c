package io.syncnorm.comm.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.wire.Closing;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConnectionsTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final List<String> NAMES = List.of("zero", "one", "two", "three");

  private final List<SocketChannel> opened = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
    opened.forEach(Closing::quietly);
  }

  static Stream<RunKey> keys() {
    return Stream.of(RunKey.random(), RunKey.encrypted());
  }

  /** For each process a channel to each other one, made by the later of the two. */
  private List<List<SocketChannel>> channels(int processes) throws IOException {
    SocketChannel[][] channels = new SocketChannel[processes][processes];
    for (int later = 0; later < processes; later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        Loopback pair = Loopback.open();
        channels[later][earlier] = pair.dialled();
        channels[earlier][later] = pair.accepted();
        opened.addAll(List.of(pair.dialled(), pair.accepted()));
      }
    }
    return Arrays.stream(channels).map(Arrays::asList).toList();
  }

  private static Callable<List<Connection>> opening(
      List<List<SocketChannel>> channels, int process, RunKey key, Duration timeout) {
    return () -> Connections.open(channels.get(process), NAMES, process, key, Deadline.in(timeout));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldConnectAllProcessesWithEachOther(RunKey key) throws Exception {
    List<List<SocketChannel>> channels = channels(NAMES.size());
    List<Future<List<Connection>>> opening = new ArrayList<>();
    for (int process = 0; process < NAMES.size(); process++) {
      opening.add(threads.submit(opening(channels, process, key, PATIENT)));
    }
    for (int from = 0; from < NAMES.size(); from++) {
      for (int to = 0; to < NAMES.size(); to++) {
        if (from != to) {
          ByteBuffer sent = ByteBuffer.allocate(Integer.BYTES).putInt(0, 10 * from + to);
          ByteBuffer received = ByteBuffer.allocate(Integer.BYTES);
          opening.get(from).get().get(to).write(new ByteBuffer[] {sent});
          while (received.hasRemaining()) {
            opening.get(to).get().get(from).read(new ByteBuffer[] {received});
          }
          assertEquals(10 * from + to, received.getInt(0));
        }
      }
    }
  }

  @Test
  void shouldNameTheProcessThatIsLate() throws Exception {
    List<List<SocketChannel>> channels = channels(3);
    RunKey key = RunKey.encrypted();
    Future<?> unused = threads.submit(opening(channels, 1, key, PATIENT));
    IOException late =
        assertThrows(IOException.class, opening(channels, 0, key, Duration.ofMillis(500))::call);
    assertEquals("timed out in the TLS handshake with two", late.getMessage());
  }

  @Test
  void shouldNameTheProcessThatHasTornTheConnection() throws Exception {
    List<List<SocketChannel>> channels = channels(3);
    RunKey key = RunKey.encrypted();
    Future<?> unused = threads.submit(opening(channels, 1, key, PATIENT));
    channels.get(2).get(0).close();
    IOException torn = assertThrows(IOException.class, opening(channels, 0, key, PATIENT)::call);
    assertTrue(
        torn.getMessage().startsWith("the TLS handshake with two failed: it was cut off"),
        torn.getMessage());
  }

  /** Neither an encrypted nor a plain process, nor anyone between them, can talk the other over. */
  @Test
  void shouldNotSpeakPlainBecauseTheOtherSideDoes() throws Exception {
    List<List<SocketChannel>> channels = channels(2);
    List<Connection> plain = opening(channels, 1, RunKey.random(), PATIENT).call();
    plain.get(0).write(new ByteBuffer[] {ByteBuffer.allocate(100)});
    assertThrows(IOException.class, opening(channels, 0, RunKey.encrypted(), PATIENT)::call);
  }

  @Test
  void shouldRefuseAnotherRun() throws Exception {
    List<List<SocketChannel>> channels = channels(2);
    Future<List<Connection>> accepting =
        threads.submit(opening(channels, 0, RunKey.encrypted(), PATIENT));
    IOException refused =
        assertThrows(IOException.class, opening(channels, 1, RunKey.encrypted(), PATIENT)::call);
    assertTrue(refused.getMessage().contains("another certificate"), refused.getMessage());
    ExecutionException alert = assertThrows(ExecutionException.class, accepting::get);
    assertTrue(alert.getMessage().contains("alert"), alert.getMessage());
  }

  @Test
  void shouldEndAtOnceWhenInterrupted() throws Exception {
    List<List<SocketChannel>> channels = channels(2);
    Thread.currentThread().interrupt();
    assertThrows(
        InterruptedIOException.class, opening(channels, 0, RunKey.encrypted(), PATIENT)::call);
    assertTrue(Thread.interrupted(), "the interrupt is kept");
  }
}
