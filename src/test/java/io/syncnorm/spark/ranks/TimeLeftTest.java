package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.state.Position;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests how long a run is expected to take. */
class TimeLeftTest {
  private static final long SECOND = 1_000_000_000L;

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
