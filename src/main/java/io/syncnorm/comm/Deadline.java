package io.syncnorm.comm;

import java.time.Duration;

/** A point in time by which something must have happened. */
final class Deadline {
  private final long endNanos;

  private Deadline(long endNanos) {
    this.endNanos = endNanos;
  }

  static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  boolean isOver() {
    return System.nanoTime() - endNanos >= 0;
  }

  /** Milliseconds left, at least 1: calls that take a timeout treat 0 as no timeout. */
  int remainingMillis() {
    return (int)
        Math.max(1, Math.min(Integer.MAX_VALUE, (endNanos - System.nanoTime()) / 1_000_000));
  }
}
