package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.driver.DriverConnection;
import io.syncnorm.comm.driver.Member;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.wire.Connector;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import io.syncnorm.comm.wire.UnauthenticatedClients;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that do not know the run's secret. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UnauthenticatedClientsTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final int CONNECTIONS = 10_000;
  private static final Layout TWO_PROCESSES = Layout.of(0, 1, 0);

  static Stream<Layout> pairs() {
    return Stream.of(Layout.of(0, 1), Layout.of(0, 1).encrypted());
  }

  @Test
  void shouldContinueWhileUnauthenticatedClientsSendGarbageAndStayHalfOpen() throws Exception {
    Random random = new Random(1);
    List<Socket> halfOpen = new ArrayList<>();
    try (TestWorld world = new TestWorld(TWO_PROCESSES, PATIENT)) {
      for (int i = 0; i < 40; i++) {
        halfOpen.add(connect(world));
      }
      for (int i = 0; i < 300; i++) {
        try (Socket client = connect(world)) {
          byte[] garbage = new byte[random.nextInt(200)];
          random.nextBytes(garbage);
          client.getOutputStream().write(garbage);
        } catch (IOException e) {
          // rejected already
        }
      }
      List<double[]> results =
          world.run(
              communicator -> {
                double[] values = {(communicator.rank() + 1) * Math.pow(10, communicator.rank())};
                communicator.allReduce(Tag.of(1, 0, 0, Kind.FORWARD), values, Communicator.SUM);
                return values;
              });
      for (double[] result : results) {
        assertEquals(321, result[0]);
      }
      assertTrue(world.events.isEmpty(), world.events.toString());
    } finally {
      for (Socket socket : halfOpen) {
        socket.close();
      }
    }
  }

  /**
   * Clients connect from before the first rank joins until after the last step, with every kind of
   * message, among them the recorded bytes of a rank.
   */
  @ParameterizedTest
  @MethodSource("pairs")
  void shouldReachTheSameResultDuringTenThousandUnauthenticatedConnections(Layout pair)
      throws Exception {
    double[] undisturbed;
    try (TestWorld world = new TestWorld(Layout.of(0, 1), PATIENT)) {
      undisturbed = world.run(UnauthenticatedClientsTest::manySums).get(0);
    }
    try (TestWorld world = new TestWorld(pair, PATIENT);
        RecordingProxy proxy = new RecordingProxy(world.rendezvous.port())) {
      Future<double[]> first = world.start(0, proxy.port(), UnauthenticatedClientsTest::manySums);
      while (world.rendezvous.missing().size() > 1) {
        Thread.sleep(5);
      }
      InetSocketAddress to =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), world.rendezvous.port());
      Future<double[]> second = null;
      try (UnauthenticatedClients clients = new UnauthenticatedClients(1, proxy.recording())) {
        while (clients.count() < CONNECTIONS) {
          clients.connect(to);
          if (clients.count()
              == CONNECTIONS / 2) { // the second rank joins, which closes the listener
            assertEquals(List.of(1), world.rendezvous.missing());
            assertEquals(CONNECTIONS / 2, clients.accepted());
            second = world.start(1, UnauthenticatedClientsTest::manySums);
          }
        }
        assertArrayEquals(undisturbed, first.get());
        assertArrayEquals(undisturbed, second.get());
      }
      assertTrue(world.events.isEmpty(), world.events.toString());
    }
  }

  private static double[] manySums(Communicator communicator) {
    double[] values = {communicator.rank() + 1, 0.1};
    for (int step = 0; step < 2000; step++) {
      communicator.allReduce(
          Tag.of(1, step, 0, Kind.FORWARD),
          values,
          (into, other) -> {
            into[0] = 0.9 * into[0] + 0.2 * other[0];
            into[1] = Math.sin(into[1] - other[0]);
          });
    }
    return values;
  }

  @Test
  void shouldStopListeningOnceAllRanksHaveJoined() throws Exception {
    try (TestWorld world = new TestWorld(Layout.of(0, 1), PATIENT)) {
      world.run(
          communicator -> {
            communicator.allReduce(
                Tag.of(1, 0, 0, Kind.FORWARD), new double[1], (into, other) -> {});
            assertThrows(ConnectException.class, () -> connect(world).close());
            return null;
          });
    }
  }

  @Test
  void shouldRejectAClientThatDoesNotKnowTheSecret() throws Exception {
    String here = InetAddress.getLoopbackAddress().getHostAddress();
    try (TestWorld world = new TestWorld(Layout.of(0, 0), PATIENT);
        DriverConnection stranger =
            DriverConnection.open(
                here, world.rendezvous.port(), RunKey.random(), Duration.ofSeconds(5))) {
      Member host = new Member(new RankGroup(0, 1), "stranger", here, 1);
      IOException refused = assertThrows(IOException.class, () -> stranger.join(host, PATIENT));
      assertTrue(refused.getMessage().contains("secret"), refused.getMessage());
      assertEquals(List.of(0, 1), world.rendezvous.missing());
    }
  }

  /**
   * Someone between a member and the driver can pass the first handshake on, and tear the second.
   */
  @Test
  void shouldContinueAfterTornTlsHandshakes() throws Exception {
    try (TestWorld world = new TestWorld(Layout.of(0, 1).encrypted(), PATIENT)) {
      Random random = new Random(2);
      for (int i = 0; i < 30; i++) {
        try (SocketChannel torn =
            Connector.connect(
                InetAddress.getLoopbackAddress().getHostAddress(),
                world.rendezvous.port(),
                world.key,
                Deadline.in(PATIENT))) {
          byte[] garbage = new byte[random.nextInt(200)];
          random.nextBytes(garbage);
          torn.write(ByteBuffer.wrap(garbage));
        }
      }
      assertEquals(List.of(0, 1), world.rendezvous.missing());
      List<double[]> results = world.run(UnauthenticatedClientsTest::manySums);
      assertArrayEquals(results.get(0), results.get(1));
      assertTrue(world.events.isEmpty(), world.events.toString());
    }
  }

  @Test
  void shouldRejectARankThatJoinsTwice() throws Exception {
    try (TestWorld world = new TestWorld(Layout.of(0, 0), Duration.ofSeconds(10))) {
      Future<Object> first = world.start(0, communicator -> null);
      while (world.rendezvous.missing().size() > 1) {
        Thread.sleep(10);
      }
      assertThrows(PeerException.class, () -> world.join(0).close());
      Future<Object> second = world.start(1, communicator -> null);
      first.get();
      second.get();
    }
  }

  @Test
  void shouldNameTheRanksThatNeverJoined() throws Exception {
    try (TestWorld world = new TestWorld(Layout.of(0, 1), Duration.ofMillis(300))) {
      PeerException missing = assertThrows(PeerException.class, () -> world.join(0).close());
      assertEquals(
          "timed out waiting for ranks [1] to join: training.wait-timeout = 300 ms",
          missing.getMessage());
    }
  }

  private static Socket connect(TestWorld world) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), world.rendezvous.port());
    OutputStream out = socket.getOutputStream();
    out.write('S'); // the first byte of a valid handshake
    return socket;
  }
}
