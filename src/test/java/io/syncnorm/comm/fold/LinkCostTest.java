package io.syncnorm.comm.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Times computed by hand, in microseconds. */
class LinkCostTest {
  /** Sums of a few doubles. */
  private static final double ROUNDING = 1e-9;

  /** 30 us, 2 us a message, 10 Gb/s. */
  private static final LinkCost FAR = new LinkCost(30e-6, 2e-6, 1.25e9);

  private static final LinkCost NEAR = new LinkCost(1e-6, 2e-6, 1.25e9);

  /** With a header a message of 1,000 bytes, 0.8 us on the wire. */
  private static final int VALUE_BYTES = 976;

  private static final FoldTree FOUR = FoldTree.over(0, 4);
  private static final Placement EACH = new Placement(0, 1, 2, 3);

  @Test
  void shouldAddUpRoundsAndMessages() {
    // Two rounds of one message; one round of three.
    assertMicros(2 * (30 + 2.8), FAR.seconds(Schedule.tree(FOUR, EACH), VALUE_BYTES));
    assertMicros(30 + 3 * 2.8, FAR.seconds(Schedule.gather(FOUR, EACH), VALUE_BYTES));
    assertMicros(0, FAR.seconds(Schedule.tree(FOUR, new Placement(0, 0, 0, 0)), VALUE_BYTES));
  }

  @Test
  void shouldCountTheBusiestProcessOfEachRound() {
    // Processes 1 and 2 both send a value to process 0, which then swaps with process 1. Process 2
    // gets the result.
    Schedule schedule = Schedule.tree(FoldTree.over(0, 8), new Placement(0, 0, 1, 2, 1, 1, 1, 1));
    assertMicros((30 + 2 * 2.8) + (30 + 2.8) + (30 + 2.8), FAR.seconds(schedule, VALUE_BYTES));
  }

  @Test
  void shouldCountValuesOfAMessage() {
    // Process 0 sends [0, 2) and 3, process 1 sends 2 and [4, 8): 24 + 2 * 976 bytes.
    Schedule schedule = Schedule.gather(FoldTree.over(0, 8), new Placement(0, 0, 1, 0, 1, 1, 1, 1));
    assertMicros(30 + 2 + 1976 / 1250.0, FAR.seconds(schedule, VALUE_BYTES));
  }

  @Test
  void shouldCountRanksAndMeansOfVectorsAsFloats() {
    // Half of 1,000 elements, twice as floats, the first time with the rank's share of the weight.
    Schedule ranks = Schedule.tree(FoldTree.over(0, 2), new Placement(0, 1));
    assertMicros(2 * (30 + 2) + (2032 + 2024) / 1250.0, FAR.vectorSeconds(ranks, 1000));
    // Half of them as doubles, then as floats.
    Schedule sums = Schedule.tree(FOUR, new Placement(0, 0, 1, 1));
    assertMicros(2 * (30 + 2) + (4024 + 2024) / 1250.0, FAR.vectorSeconds(sums, 1000));
  }

  @Test
  void shouldChooseByTheNetwork() {
    List<Schedule> candidates = Schedule.candidates(FOUR, EACH);
    // 65.6 against 38.4 us, and 7.6 against 9.4.
    assertSame(candidates.get(1), FAR.fastest(candidates, VALUE_BYTES));
    assertSame(candidates.get(0), NEAR.fastest(candidates, VALUE_BYTES));
    // By the tree 7 bytes an element in 4 messages, by gather 6 in 6.
    assertSame(candidates.get(0), NEAR.fastestForVectors(candidates, 1000));
    assertSame(candidates.get(1), NEAR.fastestForVectors(candidates, 1_000_000));
  }

  @Test
  void shouldChooseTheTreeOfEquals() {
    List<Schedule> candidates = Schedule.candidates(FOUR, new Placement(0, 0, 1, 1));
    assertSame(candidates.get(0), FAR.fastest(candidates, VALUE_BYTES));
  }

  @Test
  void shouldRejectANetworkThatDeliversNothing() {
    assertEquals(
        "a network has times of at least 0 and a bandwidth above 0: latency=1.0E-6 overhead=0.0 bytesPerSecond=0.0",
        assertThrows(IllegalArgumentException.class, () -> new LinkCost(1e-6, 0, 0)).getMessage());
  }

  private static void assertMicros(double expected, double seconds) {
    assertEquals(expected, seconds * 1e6, ROUNDING);
  }
}
