package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.SimulatedNetwork.Traffic;
import io.syncnorm.comm.SimulatedTraining.Model;
import io.syncnorm.comm.SimulatedTraining.Step;
import io.syncnorm.comm.SimulatedWorld.Disturbance;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.fold.FoldTree;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.comm.fold.Program;
import io.syncnorm.comm.fold.Schedule;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What exchanges cost on clusters larger than this machine. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SimulatedClusterTest {
  /** 30 us a message, 10 Gb/s. */
  private static final LinkCost NETWORK = LinkCost.TYPICAL;

  /** With a header a message of 1,000 bytes, 0.8 us on the wire. */
  private static final int DOUBLES = 122;

  /** Sums of a few doubles, in microseconds. */
  private static final double ROUNDING = 1e-6;

  private static final long TAG = Tag.of(1, 0, 0, Kind.FORWARD);

  @Test
  void shouldSendOneMessageARound() throws Exception {
    Step step = SimulatedTraining.step(1024, Model.SMALL, NETWORK);
    assertEquals(8, step.rounds());
    // In each round 2056 + 1032 + 1024 + 2048 bytes, and 4 headers.
    assertEquals(8 * (6160 + 4 * 24), step.bytes());
    double work = 38 + 1e6 * 2 * 128 * (128 * 64 + 64 * 10) / 137e9; // in first rounds
    double micros = 710 + 4 * 2 + 32 * 30 + step.bytes() / 1250.0 - work;
    assertEquals(micros, 1e6 * step.seconds(), ROUNDING);
    assertTrue(step.efficiency() >= 0.4, () -> "efficiency=" + step.efficiency());
  }

  @Test
  void shouldHardlySlowDownALargeNetwork() throws Exception {
    Step step = SimulatedTraining.step(1024, Model.LARGE, NETWORK);
    assertEquals(8, step.rounds());
    // Three layers with messages of 4097 and 4096 doubles.
    assertEquals(8 * 3 * ((4097 + 4096) * 8 + 2 * 24), step.bytes());
    assertTrue(step.efficiency() >= 0.95, () -> "efficiency=" + step.efficiency());
  }

  static Stream<Layout> unaligned() {
    return Stream.of(
        SimulatedWorld.blocks(1000, 250),
        SimulatedWorld.blocks(1024, 255),
        SimulatedWorld.blocks(1024, 300),
        inTurn());
  }

  @ParameterizedTest
  @MethodSource("unaligned")
  void shouldSendWhatProgramsSay(Layout layout) throws Exception {
    SimulatedWorld world = new SimulatedWorld(layout, NETWORK, Disturbance.NONE);
    world.run(
        rank -> {
          rank.allReduce(TAG, new double[DOUBLES], Communicator.SUM);
          return rank.rank();
        });
    Schedule schedule =
        Schedule.tree(FoldTree.over(0, layout.world()), SimulatedWorld.placement(layout));
    assertEquals(
        schedule.processes().stream()
            .map(schedule::program)
            .map(SimulatedClusterTest::traffic)
            .toList(),
        world.traffic());
  }

  private static Traffic traffic(Program program) {
    return new Traffic(
        program.rounds().stream()
            .filter(round -> !round.out().isEmpty() || !round.in().isEmpty())
            .count(),
        program.messages(),
        (long) LinkCost.HEADER_BYTES * program.messages()
            + (long) DOUBLES * Double.BYTES * program.values());
  }

  @Test
  void shouldRepeatTimesAndKeepResultsWhateverDisturbs() throws Exception {
    Layout layout = SimulatedWorld.blocks(60, 7);
    List<double[]> undisturbed = results(layout, Disturbance.NONE);
    List<double[]> disturbed = results(layout, new Disturbance(20e-6, 1, 3, 4));
    List<double[]> again = results(layout, new Disturbance(20e-6, 1, 3, 4));
    List<double[]> other = results(layout, new Disturbance(20e-6, 2, 3, 4));
    for (int rank = 0; rank < layout.world(); rank++) {
      assertArrayEquals(disturbed.get(rank), again.get(rank));
      assertNotEquals(seconds(disturbed.get(rank)), seconds(other.get(rank)));
      assertTrue(seconds(undisturbed.get(rank)) < seconds(disturbed.get(rank)));
      assertArrayEquals(values(undisturbed.get(rank)), values(disturbed.get(rank)));
      assertArrayEquals(values(undisturbed.get(rank)), values(other.get(rank)));
    }
  }

  /** Returns for each rank the result, and the time at its end. */
  private static List<double[]> results(Layout layout, Disturbance disturbance) throws Exception {
    return new SimulatedWorld(layout, NETWORK, disturbance)
        .run(
            rank -> {
              rank.compute(50e-6);
              double[] values = exchange(rank);
              return append(values, rank.seconds());
            });
  }

  private static double[] append(double[] values, double last) {
    double[] longer = Arrays.copyOf(values, values.length + 1);
    longer[values.length] = last;
    return longer;
  }

  private static double seconds(double[] result) {
    return result[result.length - 1];
  }

  private static double[] values(double[] result) {
    return Arrays.copyOf(result, result.length - 1);
  }

  static Stream<Layout> layouts() {
    return Stream.of(
        SimulatedWorld.blocks(1024, 256),
        SimulatedWorld.blocks(100, 17),
        inTurn(),
        Layout.of(0, 0, 0, 1, 1, 2, 2, 2).hosts(2, 1, 2, 3));
  }

  /** Ranks that are dealt to processes in turn, so that no two of a process are siblings. */
  private static Layout inTurn() {
    return Layout.of(IntStream.range(0, 60).map(rank -> rank % 11).boxed().toArray(Integer[]::new));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldGiveTheBitsOfOneProcess(Layout layout) throws Exception {
    SharedMemoryWorld one = new SharedMemoryWorld(layout.world(), Duration.ofSeconds(60));
    List<Communicator> ranks =
        IntStream.range(0, layout.world()).mapToObj(one::communicator).toList();
    double[] expected = SimulatedWorld.runAll(ranks, SimulatedClusterTest::exchange).get(0);
    SimulatedWorld world = new SimulatedWorld(layout, NETWORK, new Disturbance(10e-6, 1, 1, 2));
    for (double[] result : world.run(SimulatedClusterTest::exchange)) {
      assertArrayEquals(expected, result);
    }
  }

  /** Folds values in an order that can be told from the result, and averages vectors. */
  private static double[] exchange(Communicator rank) {
    SplittableRandom random = new SplittableRandom(rank.rank());
    double[] values = random.doubles(5).toArray();
    for (int step = 0; step < 3; step++) {
      rank.allReduce(
          Tag.of(1, step, 0, Kind.FORWARD),
          values,
          (into, other) -> {
            for (int i = 0; i < into.length; i++) {
              into[i] = 0.5 * into[i] + other[i];
            }
          });
    }
    float[] vector = {(float) random.nextDouble(), (float) random.nextDouble()};
    double total =
        rank.weightedMean(Tag.of(1, 3, 0, Kind.AVERAGING), List.of(vector), random.nextDouble());
    return append(append(append(values, vector[0]), vector[1]), total);
  }
}
