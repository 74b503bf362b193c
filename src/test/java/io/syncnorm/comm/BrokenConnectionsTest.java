package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.syncnorm.comm.driver.Member;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.wire.Listener;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
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
              new Member(host(0), "first", HERE.getHostAddress(), first.port()),
              new Member(host(1), "second", HERE.getHostAddress(), unusedPort()),
              endpoint.member(host(2)));
      assertThrows(PeerException.class, () -> endpoint.world(host(2), members, 3, PATIENT));
      try (SocketChannel channel = arrived.poll(PATIENT.toSeconds(), TimeUnit.SECONDS)) {
        channel.socket().setSoTimeout((int) PATIENT.toMillis());
        channel.socket().getInputStream().readNBytes(Integer.BYTES);
        assertEquals(-1, channel.socket().getInputStream().read());
      }
    } finally {
      endpoint.leave();
    }
  }

  private static RankGroup host(int rank) {
    return new RankGroup(rank, rank + 1);
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, HERE)) {
      return socket.getLocalPort();
    }
  }
}
