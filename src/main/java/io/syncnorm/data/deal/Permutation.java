package io.syncnorm.data.deal;

import io.syncnorm.data.Seeds;
import java.io.Serializable;
import java.util.Locale;
import java.util.Objects;

/**
 * A pseudorandom permutation of the numbers 0 to {@code size - 1} that is computed number by number
 * and stores nothing but its size and key, so any task knows the place of any row.
 *
 * <p>It is a Feistel network (Luby and Rackoff 1988, "How to Construct Pseudorandom Permutations
 * from Pseudorandom Functions"), which permutes all numbers of a given number of bits, whatever its
 * round function is. Numbers beyond the size are permuted again until the result is within the size
 * (cycle walking: Black and Rogaway 2002, "Ciphers with Arbitrary Finite Domains", section 4),
 * which keeps it a permutation.
 *
 * <p>The network has the fewest bits that hold every number, so that a call takes less than two
 * passes on average, and one half is a bit longer if their number is odd. Four rounds are enough
 * for long halves; with short ones, frequencies of pairs are visibly wrong below eight rounds.
 *
 * <p>Not for secrets: the round function mixes well but is easy to invert.
 */
public final class Permutation implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The largest size: positions in a {@link Deal} have as many bits. */
  public static final long MAX_SIZE = 1L << Deal.POSITION_BITS;

  /** Pairs of rounds: one round for each half. */
  private static final int ROUND_PAIRS = 4;

  /** With halves shorter than 4 bits, there are too few round functions. */
  private static final int MIN_BITS = 8;

  private final long size;
  private final long key;
  private final int leftBits;
  private final int rightBits;

  private Permutation(long size, long key) {
    int bits = Math.max(MIN_BITS, Long.SIZE - Long.numberOfLeadingZeros(size - 1));
    this.size = size;
    this.key = key;
    this.leftBits = bits / 2;
    this.rightBits = bits - leftBits;
  }

  /**
   * Returns one of the permutations of a size.
   *
   * @param size how many numbers are permuted, 0 to {@link #MAX_SIZE}
   * @param key any number; other keys give unrelated permutations
   * @throws IllegalArgumentException if the size is out of range
   */
  public static Permutation of(long size, long key) {
    if (size < 0 || size > MAX_SIZE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "size must be 0 to %d to be permuted, found size=%d", MAX_SIZE, size));
    }
    return new Permutation(size, Seeds.mix(key));
  }

  /** How many numbers are permuted. */
  public long size() {
    return size;
  }

  /**
   * Returns the place of a number.
   *
   * @param number 0 to {@code size - 1}
   * @return 0 to {@code size - 1}
   * @throws IndexOutOfBoundsException if the number is out of range
   */
  public long apply(long number) {
    long place = Objects.checkIndex(number, size);
    do {
      place = pass(place);
    } while (place >= size);
    return place;
  }

  /** One pass through the network; the key of each round is the next of a Weyl sequence. */
  private long pass(long number) {
    long left = number >>> rightBits;
    long right = number & ((1L << rightBits) - 1);
    long roundKey = key;
    for (int pair = 0; pair < ROUND_PAIRS; pair++) {
      roundKey += Seeds.GOLDEN;
      right ^= Seeds.mix64(roundKey + left) >>> (Long.SIZE - rightBits);
      roundKey += Seeds.GOLDEN;
      left ^= Seeds.mix64(roundKey + right) >>> (Long.SIZE - leftBits);
    }
    return left << rightBits | right;
  }
}
