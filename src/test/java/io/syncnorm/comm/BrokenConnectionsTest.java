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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that fail. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BrokenConnectionsTest {
  private static final String LOSS = "rank 8 is lost";
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final Layout NINE = Layout.of(0, 1, 2, 3, 4, 5, 6, 7, 8);

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
    try (TestWorld world = new TestWorld(NINE, PATIENT)) {
      List<Future<Object>> running = new ArrayList<>();
      for (int rank = 0; rank < NINE.world(); rank++) {
        running.add(world.start(rank, BrokenConnectionsTest::foldInThrees));
      }
      Throwable failure =
          assertThrows(ExecutionException.class, () -> running.get(1).get()).getCause();
      assertEquals(
          "a message needs a connection, and only neighbours have one (Neighbours): process=1 other=2",
          failure.getMessage());
    }
  }

  /** A process has no connection to most others, so the driver tells that one of them is lost. */
  @Test
  void shouldEndAllRanksWhenOneIsLostThatHasFewNeighbours() throws Exception {
    CountDownLatch joined = new CountDownLatch(NINE.world());
    CountDownLatch over = new CountDownLatch(1);
    try (TestWorld world = new TestWorld(NINE, PATIENT)) {
      List<Future<Object>> running = new ArrayList<>();
      for (int rank = 0; rank < NINE.world() - 1; rank++) {
        running.add(
            world.start(
                rank,
                communicator -> {
                  joined.countDown();
                  return fold(communicator);
                }));
      }
      Future<Object> lost =
          world.start(
              NINE.world() - 1,
              communicator -> {
                joined.countDown();
                return over.await(PATIENT.toMillis(), TimeUnit.MILLISECONDS);
              });
      assertTrue(joined.await(PATIENT.toMillis(), TimeUnit.MILLISECONDS));
      world.rendezvous.abort(LOSS);
      assertEndedBy(LOSS, running);
      over.countDown();
      lost.get();
    }
  }

  /** Some have been told to stop, and no longer listen, when others connect to them. */
  @Test
  void shouldReportTheDriversReasonWhileProcessesConnect() throws Exception {
    try (TestWorld world = new TestWorld(NINE, PATIENT)) {
      List<Future<Object>> running = new ArrayList<>();
      for (int rank = 0; rank < NINE.world(); rank++) {
        running.add(world.start(rank, communicator -> null));
      }
      while (!world.rendezvous.missing().isEmpty()) {
        Thread.sleep(1);
      }
      world.rendezvous.abort(LOSS);
      for (Future<Object> rank : running) {
        try {
          rank.get();
        } catch (ExecutionException e) { // it had not connected yet
          assertEquals(LOSS, e.getCause().getMessage());
        }
      }
    }
  }

  /** Whoever is told first closes its connections, which others may notice first. */
  private static void assertEndedBy(String reason, List<Future<Object>> ranks) {
    List<String> messages =
        ranks.stream()
            .map(rank -> assertThrows(ExecutionException.class, rank::get).getCause().getMessage())
            .toList();
    assertTrue(messages.contains(reason), messages.toString());
    assertTrue(
        messages.stream()
            .allMatch(each -> each.equals(reason) || each.contains("closed the connection at")),
        messages.toString());
  }

  private static Object fold(Communicator communicator) {
    communicator.allReduce(Tag.of(1, 0, 0, Kind.FORWARD), new double[1], Communicator.SUM);
    return null;
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
