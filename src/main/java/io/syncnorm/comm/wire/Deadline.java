package io.syncnorm.comm.wire;

import java.time.Duration;

/** A point in time by which something must have happened. */
public final class Deadline {
  private final long endNanos;

  private Deadline(long endNanos) {
    this.endNanos = endNanos;
  }

  /** The deadline of something that may take so long from now. */
  public static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** The point in time, as of {@link System#nanoTime}. */
  long nanos() {
    return endNanos;
  }

  public boolean isOver() {
    return System.nanoTime() - endNanos >= 0;
  }

  /** Milliseconds left, at least 1: calls that take a timeout treat 0 as no timeout. */
  public int remainingMillis() {
    return (int)
        Math.max(1, Math.min(Integer.MAX_VALUE, (endNanos - System.nanoTime()) / 1_000_000));
  }
}
