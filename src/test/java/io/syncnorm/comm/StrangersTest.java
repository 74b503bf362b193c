package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections of those who do not belong to the run. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StrangersTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final Layout TWO_PROCESSES = Layout.of(0, 1, 0);

  @Test
  void shouldTrainOnWhileStrangersSendGarbageAndStayHalfOpen() throws Exception {
    Random random = new Random(1);
    List<Socket> halfOpen = new ArrayList<>();
    try (TestWorld world = new TestWorld(TWO_PROCESSES, PATIENT)) {
      for (int i = 0; i < 40; i++) {
        halfOpen.add(connect(world));
      }
      for (int i = 0; i < 300; i++) {
        try (Socket stranger = connect(world)) {
          byte[] garbage = new byte[random.nextInt(200)];
          random.nextBytes(garbage);
          stranger.getOutputStream().write(garbage);
        } catch (IOException e) {
          // turned away already
        }
      }
      List<double[]> results =
          world.run(
              communicator -> {
                double[] values = {communicator.rank() + 1};
                communicator.allReduce(
                    Tag.of(1, 0, 0, Kind.FORWARD),
                    values,
                    (into, other) -> into[0] = 10 * into[0] + other[0]);
                return values;
              });
      for (double[] result : results) {
        assertEquals(123, result[0]);
      }
      assertTrue(world.events.isEmpty(), world.events.toString());
    } finally {
      for (Socket socket : halfOpen) {
        socket.close();
      }
    }
  }

  @Test
  void shouldListenToNobodyOnceAllRanksAreThere() throws Exception {
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
  void shouldTurnAwayWhoDoesNotKnowTheSecret() throws Exception {
    try (TestWorld world = new TestWorld(Layout.of(0, 0), PATIENT)) {
      PeerException refused =
          assertThrows(
              PeerException.class,
              () ->
                  DriverLine.connect(
                      world.rendezvous.host(),
                      world.rendezvous.port(),
                      RunKey.random(),
                      Duration.ofSeconds(5)));
      assertTrue(refused.getMessage().contains("secret"), refused.getMessage());
      assertEquals(List.of(0, 1), world.rendezvous.missing());
    }
  }

  @Test
  void shouldRefuseARankThatComesTwice() throws Exception {
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
  void shouldSayWhoNeverCame() throws Exception {
    try (TestWorld world = new TestWorld(Layout.of(0, 1), Duration.ofMillis(300))) {
      PeerException missing = assertThrows(PeerException.class, () -> world.join(0).close());
      assertEquals(
          "ranks [1] did not come to the rendezvous within training.wait-timeout = 300 ms",
          missing.getMessage());
    }
  }

  @Test
  void shouldNotShowTheSecret() {
    RunKey key = RunKey.random();
    assertEquals("RunKey[" + key.id() + "]", key.toString());
    assertFalse(key.toString().contains("secret"));
  }

  private static Socket connect(TestWorld world) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), world.rendezvous.port());
    OutputStream out = socket.getOutputStream();
    out.write('S'); // begins like the real thing
    return socket;
  }
}
