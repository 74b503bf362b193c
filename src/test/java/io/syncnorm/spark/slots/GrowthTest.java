package io.syncnorm.spark.slots;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests when ranks move to another number of hosts. */
class GrowthTest {
  private static final long SECOND = 1_000_000_000L;
  private static final double LONG = 1000;

  /** Moving costs two restarts of 3 s, so it must save more than 6 s. */
  @ParameterizedTest
  @CsvSource({
    "8, 4, 8, 1000, 8",
    "8, 4, 8, 12.1, 8",
    "8, 4, 8, 11.9, 4", // 2 ranks a host become 1: half of the time is saved
    "8, 4, 7, 1000, 4", // there is still a host with 2 ranks
    "8, 4, 20, 1000, 8", // a host has at least one rank
    "6, 2, 3, 18.1, 3",
    "6, 2, 3, 17.9, 2",
    "8, 4, 4, 1000, 4",
    "8, 4, 3, 1000, 3", // an executor is about to be removed
    "8, 4, 3, 0, 4", // the ranks must not pause
    "8, 4, 1, 1000, 4", // fewer than may train: not before they are lost
    "8, 4, 8, 0, 4",
  })
  void shouldMoveIfItPays(int world, int hosts, int slots, double secondsLeft, int expected) {
    Growth growth = new Growth(world, 2);
    assertEquals(hosts, growth.next(hosts, slots, secondsLeft, 0), "not settled");
    assertEquals(expected, growth.next(hosts, slots, secondsLeft, SECOND));
  }

  @Test
  void shouldWaitUntilTheNumberOfSlotsIsStable() {
    Growth growth = new Growth(8, 1);
    assertEquals(1, growth.next(1, 2, LONG, 0));
    assertEquals(1, growth.next(1, 4, LONG, SECOND / 2));
    assertEquals(1, growth.next(1, 4, LONG, SECOND + SECOND / 4));
    assertEquals(4, growth.next(1, 4, LONG, 2 * SECOND));
  }

  @Test
  void shouldNotMoveMoreOftenThanEverySecondRestart() {
    Growth growth = new Growth(8, 1);
    growth.restarted(2, 10 * SECOND);
    assertEquals(1, growth.next(1, 8, LONG, 10 * SECOND));
    assertEquals(1, growth.next(1, 8, LONG, 14 * SECOND - 1));
    assertEquals(8, growth.next(1, 8, LONG, 14 * SECOND));
    growth.postponed(14 * SECOND);
    assertEquals(1, growth.next(1, 8, LONG, 18 * SECOND - 1));
    assertEquals(8, growth.next(1, 8, LONG, 18 * SECOND));
  }

  @Test
  void shouldMoveSoonerIfRestartsAreFast() {
    Growth growth = new Growth(8, 1);
    growth.next(4, 8, 3, 0);
    assertEquals(4, growth.next(4, 8, 3, 2 * SECOND));
    growth.restarted(0.5, 2 * SECOND);
    assertEquals(8, growth.next(4, 8, 3, 4 * SECOND));
  }

  @ParameterizedTest
  @CsvSource({
    "0.010, 0.009, 8", // more hosts were faster
    "0.010, 0.010, 4",
    "0.010, 0.012, 4", // slower: executors share cores
    "0.010, 0.00999, 4", // faster, but moving costs more than that saves
  })
  void shouldGoByTheTimesOfSteps(double few, double many, int expected) {
    Growth growth = new Growth(8, 1);
    growth.stepsTake(8, many, 0);
    growth.stepsTake(4, few, SECOND);
    growth.next(4, 8, LONG, 0);
    assertEquals(expected, growth.next(4, 8, LONG, 2 * SECOND));
  }

  @Test
  void shouldTryAgainWhenTimesAreOld() {
    Growth growth = new Growth(8, 1);
    growth.next(4, 8, LONG, 0);
    growth.stepsTake(8, 0.02, 0);
    growth.stepsTake(4, 0.01, 599 * SECOND);
    assertEquals(4, growth.next(4, 8, LONG, 599 * SECOND));
    assertEquals(8, growth.next(4, 8, LONG, 600 * SECOND));
  }

  @Test
  void shouldStartWhereStepsWereFastest() {
    Growth growth = new Growth(8, 2);
    assertEquals(8, growth.fastest(9, 0));
    growth.stepsTake(8, 0.012, 0);
    assertEquals(8, growth.fastest(8, 0));
    growth.stepsTake(4, 0.010, 0);
    growth.stepsTake(3, 0.011, 0);
    growth.stepsTake(1, 0.001, 0); // fewer than may train
    assertEquals(4, growth.fastest(8, 0));
    assertEquals(7, growth.fastest(7, 0), "it has not run there");
    assertEquals(3, growth.fastest(3, 0));
    assertEquals(8, growth.fastest(8, 600 * SECOND));
  }
}
