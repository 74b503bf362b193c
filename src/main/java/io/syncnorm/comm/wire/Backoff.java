package io.syncnorm.comm.wire;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: each is random, from 0 to a bound that doubles. Many that failed at the
 * same moment thus spread out instead of meeting again (Brooker 2015, "Exponential backoff and
 * jitter", full jitter).
 */
final class Backoff {
  private final long longestNanos;
  private final RandomGenerator random;
  private long boundNanos;

  /**
   * @param first bound of the first pause, above 0
   * @param longest the largest bound
   */
  Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.boundNanos = first.toNanos();
    this.longestNanos = longest.toNanos();
    this.random = random;
  }

  /** The next pause, in nanoseconds. */
  long nextNanos() {
    long pause = random.nextLong(boundNanos + 1);
    boundNanos = Math.min(longestNanos, 2 * boundNanos);
    return pause;
  }
}
