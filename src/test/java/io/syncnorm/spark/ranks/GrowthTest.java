package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.state.Position;
import java.util.List;
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

  /** A first epoch may take hours. */
  @Test
  void shouldExpectARunningEpochToTakeTwiceItsTime() {
    TimeLeft left = new TimeLeft(configuration("training.averaging.every=5 steps"));
    left.reached(new Position(0, 0), 0);
    assertEquals(10 + 2 * 20, left.seconds(List.of(), 10 * SECOND), 1e-6);
    left.reached(new Position(0, 40), 11 * SECOND);
    assertEquals(12 + 2 * 24, left.seconds(List.of(), 12 * SECOND), 1e-6);
  }

  @Test
  void shouldTakeTheTimeOfTheLastEpoch() {
    TimeLeft left = new TimeLeft(configuration("training.averaging.every=5 steps"));
    left.reached(new Position(0, 0), 0);
    left.reached(new Position(1, 0), 30 * SECOND);
    List<EpochResult> history = List.of(epoch(25));
    assertEquals(2 * 25, left.seconds(history, 30 * SECOND), 1e-6);
    assertEquals(15 + 25, left.seconds(history, 40 * SECOND), 1e-6);
    assertEquals(20 + 40, left.seconds(history, 50 * SECOND), 1e-6, "it takes longer now");
    left.reached(new Position(3, 0), 80 * SECOND);
    assertEquals(0, left.seconds(history, 80 * SECOND));
  }

  /** The ranks can move only at its end. */
  @Test
  void shouldNotCountAnEpochWithoutMerges() {
    TimeLeft left = new TimeLeft(configuration("training.averaging.every=epoch"));
    left.reached(new Position(1, 0), 0);
    assertEquals(20, left.seconds(List.of(epoch(20)), 5 * SECOND), 1e-6);
    left.reached(new Position(2, 0), 0);
    assertEquals(0, left.seconds(List.of(epoch(20)), 5 * SECOND));
  }

  private static Configuration configuration(String setting) {
    return ConfigLoader.load(List.of(), List.of("training.epochs=3", setting));
  }

  private static EpochResult epoch(double seconds) {
    return new EpochResult(
        1,
        0,
        0,
        0,
        0,
        0,
        new EpochResult.Times(seconds, 0, 0, 0, 0),
        new EpochResult.Exchanges(0, 0),
        new EpochResult.Score(0, 0),
        List.of());
  }
}
