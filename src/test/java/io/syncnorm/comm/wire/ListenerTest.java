package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

  /**
   * There are more clients than threads for handshakes, and each stays connected as long as it can.
   */
  @Test
  void shouldAcceptMembersWhileUnauthenticatedClientsHoldEveryHandshake() throws Exception {
    RunKey key = RunKey.random();
    List<Socket> halfOpen = new ArrayList<>();
    BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();
    try (Listener listener = Listener.open(HERE, key, accepted::add)) {
      for (int i = 0; i < 300; i++) {
        halfOpen.add(new Socket(HERE, listener.port()));
      }
      long start = System.nanoTime();
      try (SocketChannel member =
          Connector.connect(HERE.getHostAddress(), listener.port(), key, Deadline.in(PATIENT))) {
        assertTrue(member.isConnected());
        Closing.quietly(accepted.poll(PATIENT.toSeconds(), TimeUnit.SECONDS));
      }
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(3), "it had to wait");
    } finally {
      halfOpen.forEach(Closing::quietly);
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
