package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.syncnorm.comm.SimulatedNetwork.Traffic;
import io.syncnorm.comm.SimulatedWorld.Disturbance;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.fold.FoldTree;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.comm.fold.Schedule;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks of the simulation, against times computed by hand and those of schedules. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SimulatedWorldTest {
  /** 30 us, 10 Gb/s. */
  private static final LinkCost NETWORK = new LinkCost(30e-6, 0, 1.25e9);

  /** With a header a message of 1,000 bytes, 0.8 us on the wire. */
  private static final int DOUBLES = 122;

  /** Sums of a few doubles, in microseconds. */
  private static final double ROUNDING = 1e-6;

  private static final long TAG = Tag.of(1, 0, 0, Kind.FORWARD);
  private static final Limit LIMIT = Limit.ofExchange(Duration.ofSeconds(60), 1);

  @Test
  void shouldAddLatencyAndTimeOnTheWire() throws Exception {
    Layout two = Layout.of(0, 1);
    assertMicros(30.8, exchangeSeconds(two, new LinkCost(30e-6, 0, 1.25e9)));
    assertMicros(32.8, exchangeSeconds(two, new LinkCost(30e-6, 2e-6, 1.25e9)));
    assertMicros(5.08, exchangeSeconds(two, new LinkCost(5e-6, 0, 12.5e9)));
  }

  /** 16 ranks of 4 executors gather, the others send along the tree. */
  @ParameterizedTest
  @ValueSource(ints = {16, 64, 256, 1024})
  void shouldTakeTheTimeThatTheScheduleCosts(int ranks) throws Exception {
    Layout layout = SimulatedWorld.blocks(ranks, ranks / 4);
    LinkCost cost = new LinkCost(30e-6, 2e-6, 1.25e9);
    List<Schedule> candidates =
        Schedule.candidates(FoldTree.over(0, ranks), SimulatedWorld.placement(layout));
    int bytes = DOUBLES * Double.BYTES;
    double expected = cost.seconds(cost.fastest(candidates, bytes), bytes);
    assertMicros(1e6 * expected, exchangeSeconds(layout, cost));
  }

  private static double exchangeSeconds(Layout layout, LinkCost cost) throws Exception {
    SimulatedWorld world = new SimulatedWorld(layout, cost, Disturbance.NONE);
    List<Double> seconds =
        world.run(
            rank -> {
              rank.allReduce(TAG, new double[DOUBLES], Communicator.SUM);
              return rank.seconds();
            });
    return Collections.max(seconds);
  }

  @Test
  void shouldSendAndReceiveOneMessageAfterAnother() {
    SimulatedNetwork network = new SimulatedNetwork(4, NETWORK, 0, 0, process -> {});
    network.endpoint(1).round(TAG, messages(0, 3), messages(), LIMIT, Communicator.NOTHING);
    network.endpoint(2).arrive(1, 0.1e-6, 0);
    network.endpoint(2).round(TAG, messages(0), messages(), LIMIT, Communicator.NOTHING);
    network.endpoint(3).round(TAG, messages(), messages(1), LIMIT, Communicator.NOTHING);
    network.endpoint(0).round(TAG, messages(), messages(2, 1), LIMIT, Communicator.NOTHING);
    assertMicros(1.6, network.endpoint(1).completed(1));
    assertMicros(0.9, network.endpoint(2).completed(1));
    assertMicros(1.6 + 30, network.endpoint(3).completed(1));
    // The second message has arrived 0.1 us after the first, and takes 0.8.
    assertMicros(0.8 + 30 + 0.8, network.endpoint(0).completed(1));
    assertEquals(new Traffic(1, 2, 2000), network.traffic().get(1));
    assertEquals(new Traffic(1, 0, 0), network.traffic().get(0));
  }

  private static Messages messages(int... processes) {
    Messages messages = new Messages();
    for (int process : processes) {
      messages.add(process, DOUBLES * Double.BYTES);
    }
    return messages;
  }

  @Test
  void shouldRejectAMessageOfAnotherExchange() {
    SimulatedNetwork network = new SimulatedNetwork(2, NETWORK, 0, 0, process -> {});
    long next = Tag.of(1, 1, 0, Kind.FORWARD);
    network.endpoint(1).round(next, messages(0), messages(), LIMIT, Communicator.NOTHING);
    assertEquals(
        "processes are not at the same exchange: process 0 expects length=976 at epoch 1, step 0,"
            + " layer 0, forward, process 1 sent length=976 at epoch 1, step 1, layer 0, forward",
        assertThrows(
                PeerException.class,
                () ->
                    network
                        .endpoint(0)
                        .round(TAG, messages(), messages(1), LIMIT, Communicator.NOTHING))
            .getMessage());
  }

  @Test
  void shouldWaitForTheSlowHost() throws Exception {
    SimulatedWorld world =
        new SimulatedWorld(Layout.of(0, 1), NETWORK, new Disturbance(0, 0, 1, 3));
    List<Double> seconds =
        world.run(
            rank -> {
              rank.compute(100e-6);
              rank.allReduce(TAG, new double[DOUBLES], Communicator.SUM);
              return rank.seconds();
            });
    assertMicros(3 * 100 + 30.8, seconds.get(0));
    assertMicros(3 * 100 + 0.8, seconds.get(1)); // the other message has arrived long before
  }

  @Test
  void shouldWorkWhileMessagesTravel() throws Exception {
    SimulatedWorld world = new SimulatedWorld(Layout.of(0, 1), NETWORK, Disturbance.NONE);
    List<Double> seconds =
        world.run(
            rank -> {
              rank.allReduce(
                  TAG, new double[DOUBLES], Communicator.SUM, rank.rank() == 0 ? 20e-6 : 50e-6);
              return rank.seconds();
            });
    assertMicros(30.8, seconds.get(0));
    assertMicros(0.8 + 50, seconds.get(1));
  }

  @Test
  void shouldAddUpTheTimesOfRanksThatShareAHost() throws Exception {
    SimulatedWorld world =
        new SimulatedWorld(Layout.of(0, 0, 0, 1, 1, 1).hosts(3, 2, 1), NETWORK, Disturbance.NONE);
    List<Double> seconds =
        world.run(
            rank -> {
              for (int step = 0; step < 5; step++) {
                rank.compute(100e-6);
                rank.allReduce(Tag.of(1, step, 0, Kind.FORWARD), new double[0], Communicator.SUM);
              }
              return rank.seconds();
            });
    // The first process has one host of three ranks, and never waits for the other one.
    double first = 5 * (3 * 100 + 24 / 1250.0);
    for (int rank = 0; rank < 6; rank++) {
      assertMicros(rank < 3 ? first : first + 30, seconds.get(rank));
    }
  }

  @Test
  @Timeout(30) // shorter than any wait
  void shouldEndAtOnceWhenARankFails() {
    SimulatedWorld world = new SimulatedWorld(Layout.of(0, 0, 1, 2), NETWORK, Disturbance.NONE);
    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class,
            () ->
                world.run(
                    rank -> {
                      if (rank.rank() == 3) {
                        throw new UnsupportedOperationException("broken");
                      }
                      rank.allReduce(TAG, new double[1], Communicator.SUM);
                      return rank.rank();
                    }));
    assertEquals(UnsupportedOperationException.class, failure.getCause().getClass());
  }

  private static void assertMicros(double expected, double seconds) {
    assertEquals(expected, 1e6 * seconds, ROUNDING);
  }
}
