package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.wire.Connector.Target;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connecting to listeners that are not as they should be. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DialTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final RunKey KEY = RunKey.random();

  private final BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    accepted.forEach(Closing::quietly);
  }

  @Test
  void shouldGreetEachListenerAtOnce() throws Exception {
    try (Listener first = Listener.open(HERE, KEY, accepted::add);
        Listener second = Listener.open(HERE, KEY, accepted::add)) {
      List<SocketChannel> channels =
          Connector.connectAll(
              List.of(target(first.port()), target(second.port()), target(first.port())),
              KEY,
              Deadline.in(PATIENT),
              (index, channel) -> channel.write(ByteBuffer.wrap(new byte[] {(byte) index})));
      assertEquals(3, channels.size());
      int sum = 0;
      for (int i = 0; i < 3; i++) {
        SocketChannel channel = accepted.poll(PATIENT.toSeconds(), TimeUnit.SECONDS);
        sum += 1 << channel.socket().getInputStream().read();
        Closing.quietly(channel);
      }
      assertEquals(7, sum);
      channels.forEach(Closing::quietly);
    }
  }

  @Test
  void shouldConnectToNone() throws Exception {
    assertEquals(
        List.of(),
        Connector.connectAll(List.of(), KEY, Deadline.in(PATIENT), (index, channel) -> {}));
  }

  @Test
  void shouldConnectAgainAfterItWasCrowdedOut() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, HERE)) {
      Thread crowded =
          start(
              () -> {
                server.accept().close(); // before it reads
                try (Socket second = server.accept()) {
                  second.getInputStream().readNBytes(10); // in the middle
                }
                serve(server.accept());
              });
      connect(server.getLocalPort(), PATIENT).close();
      crowded.join();
    }
  }

  /** A full queue may refuse on some systems. */
  @Test
  void shouldConnectAgainAfterARefusal() throws Exception {
    int port = unusedPort();
    try (ServerSocket server = new ServerSocket()) {
      Thread late =
          start(
              () -> {
                Thread.sleep(100);
                server.bind(new InetSocketAddress(HERE, port));
                serve(server.accept());
              });
      connect(port, PATIENT).close();
      late.join();
    }
  }

  @Test
  void shouldNameTheFirstThatRefusesAndCloseTheOthers() throws Exception {
    int port = unusedPort();
    try (Listener listener = Listener.open(HERE, KEY, accepted::add)) {
      List<Target> targets =
          List.of(target(listener.port()), new Target("the second", here(), port));
      IOException failure =
          assertThrows(
              IOException.class,
              () ->
                  Connector.connectAll(targets, KEY, Deadline.in(PATIENT), (index, channel) -> {}));
      assertTrue(
          failure.getMessage().startsWith("the second, port " + port + ": Connection refused"),
          failure.getMessage());
      try (SocketChannel other = accepted.poll(PATIENT.toSeconds(), TimeUnit.SECONDS)) {
        other.socket().setSoTimeout((int) PATIENT.toMillis());
        assertEquals(-1, other.socket().getInputStream().read());
      }
    }
  }

  @Test
  void shouldReportTheFirstCauseAtTheDeadline() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, HERE)) {
      IOException failure =
          assertThrows(
              IOException.class, () -> connect(silent.getLocalPort(), Duration.ofMillis(200)));
      assertTrue(failure.getMessage().startsWith("no answer (attempts="), failure.getMessage());
    }
  }

  @Test
  void shouldTakeTheWrongSecretAsFinal() throws Exception {
    try (Listener listener = Listener.open(HERE, RunKey.random(), accepted::add)) {
      IOException failure =
          assertThrows(IOException.class, () -> connect(listener.port(), PATIENT));
      assertEquals("the other side does not know this run's secret", failure.getMessage());
    }
  }

  @Test
  void shouldTakeAnUnknownHostAsFinal() throws Exception {
    try (Dialler dialler = new Dialler(KEY, Deadline.in(PATIENT), (index, channel) -> {})) {
      Dialler.DialException failure =
          assertThrows(
              Dialler.DialException.class,
              () -> dialler.dial(List.of(InetSocketAddress.createUnresolved("nowhere", 1))));
      assertInstanceOf(UnknownHostException.class, failure.reason());
      assertEquals("unknown host: nowhere", failure.reason().getMessage());
    }
  }

  @Test
  void shouldFailIfAConnectionCannotBeUsed() throws Exception {
    try (Listener listener = Listener.open(HERE, KEY, accepted::add)) {
      IOException failure =
          assertThrows(
              IOException.class,
              () ->
                  Connector.connectAll(
                      List.of(target(listener.port())),
                      KEY,
                      Deadline.in(PATIENT),
                      (index, channel) -> {
                        throw new IOException("of no use");
                      }));
      assertTrue(failure.getMessage().endsWith(": of no use"), failure.getMessage());
    }
  }

  @Test
  void shouldEndWhenItIsInterrupted() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, HERE)) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedIOException.class, () -> connect(silent.getLocalPort(), PATIENT));
      assertTrue(Thread.interrupted(), "the interrupt is restored");
    }
    assertFalse(Thread.interrupted());
  }

  private static SocketChannel connect(int port, Duration timeout) throws IOException {
    return Connector.connect(here(), port, KEY, Deadline.in(timeout));
  }

  private static Target target(int port) {
    return new Target("a listener", here(), port);
  }

  private static String here() {
    return HERE.getHostAddress();
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, HERE)) {
      return socket.getLocalPort();
    }
  }

  /** Performs the server's side of a handshake, on a blocking connection. */
  private static void serve(Socket socket) throws IOException {
    try (socket) {
      Handshake server = Handshake.server(KEY);
      while (!server.isComplete()) {
        byte[] out = new byte[server.output().remaining()];
        server.output().get(out);
        socket.getOutputStream().write(out);
        server.feed(ByteBuffer.wrap(socket.getInputStream().readNBytes(server.wanted())));
      }
      socket.getInputStream().read(); // until the client closes it
    }
  }

  @FunctionalInterface
  private interface Serving {
    void run() throws Exception;
  }

  private static Thread start(Serving serving) {
    Thread thread =
        Daemon.thread(
            "test",
            () -> {
              try {
                serving.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }
}
