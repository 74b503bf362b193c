package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ListenerTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final RunKey KEY = RunKey.random();

  /** More clients than there is room for, each of which stays connected as long as it can. */
  @Test
  void shouldAcceptMembersWhileUnauthenticatedClientsHoldEveryHandshake() throws Exception {
    List<Socket> halfOpen = new ArrayList<>();
    BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();
    long before = threads();
    try (Listener listener = Listener.open(HERE, KEY, accepted::add)) {
      for (int i = 0; i < Listener.MAX_HANDSHAKES + 100; i++) {
        halfOpen.add(new Socket(HERE, listener.port()));
      }
      assertTrue(threads() <= before + 1, "unauthenticated clients have threads");
      long start = System.nanoTime();
      try (SocketChannel member = connect(listener.port())) {
        assertTrue(member.isConnected());
        Closing.quietly(accepted.poll(PATIENT.toSeconds(), TimeUnit.SECONDS));
      }
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(3), "it had to wait");
      halfOpen.get(0).setSoTimeout((int) PATIENT.toMillis());
      assertEquals(-1, halfOpen.get(0).getInputStream().read()); // the oldest was replaced
    } finally {
      halfOpen.forEach(Closing::quietly);
    }
  }

  /** Every member keeps its acceptor waiting until all have been authenticated. */
  @Test
  void shouldServeAHerdOnFewThreads() throws Exception {
    int members = 256;
    CountDownLatch greeted = new CountDownLatch(members);
    List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());
    BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();
    long before = threads();
    try (Listener listener =
        Listener.open(
            HERE,
            KEY,
            channel -> {
              numbers.add(new DataInputStream(channel.socket().getInputStream()).readInt());
              accepted.add(channel);
              greeted.countDown();
            })) {
      Connector.Target target = new Connector.Target("it", HERE.getHostAddress(), listener.port());
      List<SocketChannel> connected =
          Connector.connectAll(
              Collections.nCopies(members, target), KEY, Deadline.in(PATIENT), (index, it) -> {});
      long threads = threads() - before;
      for (int i = 0; i < members; i++) {
        connected.get(i).write(ByteBuffer.allocate(Integer.BYTES).putInt(0, i));
      }
      assertTrue(greeted.await(PATIENT.toSeconds(), TimeUnit.SECONDS));
      assertEquals(members, numbers.stream().distinct().count());
      assertTrue(threads <= 1 + Listener.ACCEPTORS, "threads=" + threads);
      connected.forEach(Closing::quietly);
    } finally {
      accepted.forEach(Closing::quietly);
    }
  }

  /** Threads of listeners. */
  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("syncnorm-listener") || name.startsWith("syncnorm-acc"))
        .count();
  }

  @Test
  void shouldPassOnAConnectionAtTheFirstByteAfterTheHandshake() throws Exception {
    BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();
    try (Listener listener = Listener.open(HERE, KEY, accepted::add);
        SocketChannel member = connect(listener.port());
        SocketChannel channel = accepted.poll(PATIENT.toSeconds(), TimeUnit.SECONDS)) {
      assertTrue(member.isBlocking() && channel.isBlocking());
      member.write(ByteBuffer.wrap(new byte[] {5, 6}));
      channel.write(ByteBuffer.wrap(new byte[] {7}));
      assertEquals(5, channel.socket().getInputStream().read());
      assertEquals(6, channel.socket().getInputStream().read());
      assertEquals(7, member.socket().getInputStream().read());
    }
  }

  @Test
  void shouldCloseAMemberThatItsAcceptorRejects() throws Exception {
    try (Listener listener =
            Listener.open(
                HERE,
                KEY,
                channel -> {
                  throw new IOException("not wanted");
                });
        SocketChannel member = connect(listener.port())) {
      member.socket().setSoTimeout((int) PATIENT.toMillis());
      assertEquals(-1, member.socket().getInputStream().read());
    }
  }

  @Test
  void shouldCloseItsPortAndWhatIsNotAuthenticated() throws Exception {
    BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();
    Listener listener = Listener.open(HERE, KEY, accepted::add);
    try (Socket halfOpen = new Socket(HERE, listener.port());
        SocketChannel member = connect(listener.port());
        SocketChannel channel = accepted.poll(PATIENT.toSeconds(), TimeUnit.SECONDS)) {
      listener.close();
      listener.close();
      assertThrows(ConnectException.class, () -> new Socket(HERE, listener.port()).close());
      halfOpen.setSoTimeout((int) PATIENT.toMillis());
      assertTrue(isClosed(halfOpen));
      channel.write(ByteBuffer.wrap(new byte[] {7}));
      assertEquals(7, member.socket().getInputStream().read());
    }
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true; // reset
    }
  }

  @Test
  void shouldPauseWhenAcceptingFailsRepeatedly() throws Exception {
    int failures = 4;
    CountDownLatch failed = new CountDownLatch(failures);
    ServerSocketChannel server = ServerSocketChannel.open();
    BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();
    long start = System.nanoTime();
    Listener.Source full =
        () -> {
          if (failed.getCount() > 0) {
            failed.countDown();
            throw new IOException("Too many open files");
          }
          return server.accept();
        };
    try (Listener listener = Listener.open(HERE, server, full, KEY, accepted::add);
        SocketChannel member = connect(listener.port());
        SocketChannel channel = accepted.poll(PATIENT.toSeconds(), TimeUnit.SECONDS)) {
      assertTrue(member.isConnected() && channel.isConnected());
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(
        millis >= failures * Listener.PAUSE_AFTER_ERROR.toMillis(),
        String.format(Locale.ROOT, "failed %d times in %d ms", failures, millis));
  }

  private static SocketChannel connect(int port) throws IOException {
    return Connector.connect(HERE.getHostAddress(), port, KEY, Deadline.in(PATIENT));
  }
}
