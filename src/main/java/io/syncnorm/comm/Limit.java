package io.syncnorm.comm;

import java.time.Duration;
import java.util.Locale;

/**
 * How long a wait may take.
 *
 * @param setting what its user sets it by
 */
record Limit(String setting, Duration time) {
  /** Of an exchange. */
  static Limit ofExchange(Duration time) {
    return new Limit("training.wait-timeout", time);
  }

  /** Of loading rows. */
  static Limit ofLoading(Duration time) {
    return new Limit("training.load-timeout", time);
  }

  /** {@code no answer within training.wait-timeout = 60000 ms}. */
  String isOver() {
    return String.format(Locale.ROOT, "no answer within %s = %d ms", setting, time.toMillis());
  }
}
