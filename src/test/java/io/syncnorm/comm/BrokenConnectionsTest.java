package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.driver.Member;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.fold.RankGroups;
import io.syncnorm.comm.wire.Listener;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
      PeerException failure =
          assertThrows(
              PeerException.class,
              () -> endpoint.world(host(2), members, RankGroups.ofAll(3), PATIENT));
      assertTrue(
          failure
              .getMessage()
              .startsWith("cannot connect the executors: the executor of ranks [1] at "),
          failure.getMessage());
      try (SocketChannel channel = arrived.poll(PATIENT.toSeconds(), TimeUnit.SECONDS)) {
        channel.socket().setSoTimeout((int) PATIENT.toMillis());
        channel.socket().getInputStream().readNBytes(Integer.BYTES);
        assertEquals(-1, channel.socket().getInputStream().read());
      }
    } finally {
      endpoint.leave();
    }
  }

  /** The processes 1 and 2 of nine swap nothing when all ranks fold together. */
  @Test
  void shouldSayThatRanksOfAnUnknownGroupHaveNoConnection() throws Exception {
    int ranks = 9;
    Layout layout = Layout.of(IntStream.range(0, ranks).boxed().toArray(Integer[]::new));
    try (TestWorld world = new TestWorld(layout, PATIENT)) {
      List<Future<Object>> running = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        running.add(world.start(rank, BrokenConnectionsTest::foldInThrees));
      }
      Throwable failure =
          assertThrows(ExecutionException.class, () -> running.get(1).get()).getCause();
      assertEquals(
          "a message needs a connection, and only neighbours have one (Neighbours): process=1 other=2",
          failure.getMessage());
    }
  }

  private static Object foldInThrees(Communicator communicator) {
    communicator.allReduce(
        Tag.of(1, 0, 0, Kind.FORWARD),
        new double[1],
        RankGroup.of(communicator.rank(), 3, communicator.world()),
        Communicator.SUM);
    return null;
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
