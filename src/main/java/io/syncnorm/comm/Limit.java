package io.syncnorm.comm;

import java.time.Duration;
import java.util.Locale;

/**
 * The longest time that a wait may take.
 *
 * @param setting the configuration key that sets it
 * @param time for each rank of a host
 * @param ranksPerHost of the host that has most: they take turns, so a wait may take as many times
 * @param grace on top
 */
record Limit(String setting, Duration time, int ranksPerHost, Duration grace) {
  /** Longer than a process takes to hand on what it has waited for. */
  private static final Duration GRACE_OF_ROUND = Duration.ofMillis(50);

  /** The limit of an exchange. */
  static Limit ofExchange(Duration time, int ranksPerHost) {
    return new Limit("training.wait-timeout", time, ranksPerHost, Duration.ZERO);
  }

  /** The limit of loading rows. */
  static Limit ofLoading(Duration time, int ranksPerHost) {
    return new Limit("training.load-timeout", time, ranksPerHost, Duration.ZERO);
  }

  /**
   * The limit in one of several rounds. A process that waits in a later round waits for one that
   * may itself be waiting. It must not give up first, because it cannot name the one that is late.
   *
   * @param round from 0
   */
  Limit inRound(int round) {
    return round == 0
        ? this
        : new Limit(setting, time, ranksPerHost, GRACE_OF_ROUND.multipliedBy(round));
  }

  /** The limit of a wait for all ranks of a host. */
  Duration ofHost() {
    return time.multipliedBy(ranksPerHost).plus(grace);
  }

  long nanos() {
    return ofHost().toNanos();
  }

  /**
   * The failure of a wait that takes longer.
   *
   * @param tag of what the rank waits at
   * @param late says who is late
   */
  PeerException exceeded(long tag, String late) {
    return PeerException.timeout("%s at %s: %s".formatted(message(), Tag.describe(tag), late));
  }

  /**
   * {@code no answer within training.wait-timeout = 60000 ms}, or {@code no answer within 4 x
   * training.wait-timeout = 60000 ms (4 ranks share a slot)}.
   */
  String message() {
    return ranksPerHost == 1
        ? String.format(Locale.ROOT, "no answer within %s = %d ms", setting, time.toMillis())
        : String.format(
            Locale.ROOT,
            "no answer within %d x %s = %d ms (%d ranks share a slot)",
            ranksPerHost,
            setting,
            time.toMillis(),
            ranksPerHost);
  }
}
