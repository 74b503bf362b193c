package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that fail. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BrokenConnectionsTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final Duration PATIENT = Duration.ofSeconds(20);

  /**
   * Rank 0's process accepts, that of rank 1 does not: the connection that was made must be closed.
   */
  @Test
  void shouldCloseTheFirstConnectionWhenTheSecondProcessCannotBeReached() throws Exception {
    RunKey key = RunKey.random();
    BlockingQueue<SocketChannel> arrived = new LinkedBlockingQueue<>();
    ProcessEndpoint endpoint = new ProcessEndpoint.Endpoints().enter(key, HERE);
    try (Listener first = Listener.open(HERE, key, arrived::add)) {
      List<Member> members =
          List.of(
              new Member(0, host(0), "first", HERE.getHostAddress(), first.port()),
              new Member(1, host(1), "second", HERE.getHostAddress(), unusedPort()),
              endpoint.member(2, host(2)));
      assertThrows(PeerException.class, () -> endpoint.world(2, members, PATIENT));
      try (SocketChannel channel = arrived.poll(PATIENT.toSeconds(), TimeUnit.SECONDS)) {
        channel.socket().setSoTimeout((int) PATIENT.toMillis());
        channel.socket().getInputStream().readNBytes(Integer.BYTES);
        assertEquals(-1, channel.socket().getInputStream().read());
      }
    } finally {
      endpoint.leave();
    }
  }

  @Test
  void shouldPauseWhenAcceptingFailsRepeatedly() throws Exception {
    int failures = 4;
    FullServer server = new FullServer(failures);
    long start = System.nanoTime();
    Listener listener = Listener.on(server, RunKey.random(), channel -> {});
    try {
      assertTrue(server.failed.await(PATIENT.toSeconds(), TimeUnit.SECONDS));
    } finally {
      listener.close();
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(
        millis >= (failures - 1) * Listener.PAUSE_AFTER_ERROR.toMillis(),
        String.format(Locale.ROOT, "failed %d times in %d ms", failures, millis));
  }

  private static RankGroup host(int rank) {
    return new RankGroup(rank, rank + 1);
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, HERE)) {
      return socket.getLocalPort();
    }
  }

  /** The process has no file descriptors left. */
  private static final class FullServer extends ServerSocketChannel {
    final CountDownLatch failed;
    private final ServerSocketChannel sound = ServerSocketChannel.open();

    FullServer(int failures) throws IOException {
      super(SelectorProvider.provider());
      this.failed = new CountDownLatch(failures);
      sound.bind(new InetSocketAddress(HERE, 0));
    }

    @Override
    public SocketChannel accept() throws IOException {
      failed.countDown();
      throw new IOException("Too many open files");
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
      return sound.bind(local, backlog);
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
      return sound.setOption(name, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
      return sound.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
      return sound.supportedOptions();
    }

    @Override
    public ServerSocket socket() {
      return sound.socket();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
      return sound.getLocalAddress();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
      sound.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
      sound.configureBlocking(block);
    }
  }
}
