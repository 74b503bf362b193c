package io.syncnorm.train.telemetry;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * The time of a rank's steps in the fastest second or more, with all that happens between them:
 * merges, evaluations, waits. The mean of all would tell less about the hosts: a new JVM is slow
 * until it has compiled the steps, and an executor that starts beside it makes it slow, too. It is
 * not known in the first ten seconds: no second of a JVM that ends so soon need be a fast one.
 */
public final class StepTime {
  private static final long LEAST_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long WARM_UP_NANOS = Duration.ofSeconds(10).toNanos();

  private boolean hasStepped;
  private long begin;
  private long since;
  private long steps;
  private double best = Double.POSITIVE_INFINITY;

  /** A step has ended. */
  public void stepped(long nowNanos) {
    if (hasStepped && nowNanos - since < LEAST_NANOS) {
      steps++;
      return;
    }
    if (hasStepped) {
      best = Math.min(best, 1e-9 * (nowNanos - since) / (steps + 1));
    } else {
      begin = nowNanos;
    }
    hasStepped = true;
    since = nowNanos;
    steps = 0;
  }

  /** The time in seconds; empty as long as it is not known. */
  public OptionalDouble seconds() {
    return since - begin < WARM_UP_NANOS ? OptionalDouble.empty() : OptionalDouble.of(best);
  }
}
