package io.syncnorm.comm;

import java.time.Duration;
import java.util.Locale;

/**
 * The longest time that a wait may take.
 *
 * @param setting the configuration key that sets it
 */
record Limit(String setting, Duration time) {
  /** The limit of an exchange. */
  static Limit ofExchange(Duration time) {
    return new Limit("training.wait-timeout", time);
  }

  /** The limit of loading rows. */
  static Limit ofLoading(Duration time) {
    return new Limit("training.load-timeout", time);
  }

  /** {@code no answer within training.wait-timeout = 60000 ms}. */
  String message() {
    return String.format(Locale.ROOT, "no answer within %s = %d ms", setting, time.toMillis());
  }
}
