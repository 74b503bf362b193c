package io.syncnorm.spark.source;

import java.util.Locale;

/**
 * A hash of a sequence of hashes, {@code h1 B^(n-1) + ... + hn} modulo the prime 2^61 - 1 (Karp and
 * Rabin 1987, "Efficient randomized pattern-matching algorithms"). Hashes of parts can be joined
 * without their elements, so the result does not depend on how the sequence was split.
 */
final class Fingerprint {
  private static final long PRIME = (1L << 61) - 1;

  /** Any large number below the prime. */
  private static final long BASE = 0x1e3779b97f4a7c15L % PRIME;

  private Fingerprint() {}

  /** Appends one hash. */
  static long append(long fingerprint, long hash) {
    return add(multiply(fingerprint, BASE), (hash & PRIME) % PRIME);
  }

  /** Appends another sequence, of {@code length} hashes. */
  static long join(long first, long second, long length) {
    long power = 1;
    long square = BASE;
    for (long left = length; left > 0; left >>= 1) {
      if ((left & 1) == 1) {
        power = multiply(power, square);
      }
      square = multiply(square, square);
    }
    return add(multiply(first, power), second);
  }

  /** 16 hex digits of the fingerprint and the length of its sequence. */
  static String text(long fingerprint, long length) {
    return String.format(Locale.ROOT, "%016x", append(fingerprint, length));
  }

  private static long add(long a, long b) {
    long sum = a + b;
    return sum >= PRIME ? sum - PRIME : sum;
  }

  private static long multiply(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    return add(low & PRIME, (high << 3 | low >>> 61) % PRIME);
  }
}
