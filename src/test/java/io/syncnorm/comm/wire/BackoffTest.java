package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofNanos(20);
  private static final Duration LONGEST = Duration.ofNanos(100);
  private static final int MANY = 1000;

  @Test
  void shouldDoubleTheBoundUpToTheLongest() {
    Backoff backoff = new Backoff(FIRST, LONGEST, new Largest());
    assertEquals(20, backoff.nextNanos());
    assertEquals(40, backoff.nextNanos());
    assertEquals(80, backoff.nextNanos());
    assertEquals(100, backoff.nextNanos());
    assertEquals(100, backoff.nextNanos());
  }

  @Test
  void shouldSpreadPausesOverTheirWholeRange() {
    SplittableRandom random = new SplittableRandom(1);
    long[] pauses = LongStream.generate(() -> firstPause(random)).limit(MANY).sorted().toArray();
    assertEquals(0, pauses[0]);
    assertEquals(FIRST.toNanos(), pauses[MANY - 1]);
    long lower = LongStream.of(pauses).filter(pause -> pause < FIRST.toNanos() / 2).count();
    assertTrue(lower > MANY * 2 / 5 && lower < MANY * 3 / 5, "in the lower half: " + lower);
  }

  @Test
  void shouldRepeatPausesOfASeed() {
    for (int seed = 0; seed < 10; seed++) {
      Backoff one = new Backoff(FIRST, LONGEST, new SplittableRandom(seed));
      Backoff other = new Backoff(FIRST, LONGEST, new SplittableRandom(seed));
      for (int i = 0; i < 10; i++) {
        assertEquals(one.nextNanos(), other.nextNanos());
      }
    }
  }

  private static long firstPause(RandomGenerator random) {
    return new Backoff(FIRST, LONGEST, random).nextNanos();
  }

  /** Draws the largest number that is allowed. */
  private static final class Largest implements RandomGenerator {
    @Override
    public long nextLong() {
      throw new UnsupportedOperationException("a number without a bound");
    }

    @Override
    public long nextLong(long bound) {
      return bound - 1;
    }
  }
}
