package io.syncnorm.data;

import java.util.SplittableRandom;

/**
 * Seeds of independent random streams, and the one shuffle that uses them.
 *
 * <p>A run has one seed. Each random stream is identified by further numbers: dealing by none, the
 * shares of a class by (label), the order of an epoch by (rank, epoch), that of a window's rows by
 * (rank, epoch, window), and the order in which a skewed dealing takes the rows of a class or of a
 * shard by a negative number and (label) or (rank). The generator is {@link SplittableRandom},
 * which is fast, needs no warm-up and is a pure function of its seed; dealing uses permutations of
 * its own.
 */
public final class Seeds {
  /** 2^64 divided by the golden ratio, odd: keeps zeros from mapping to zero. */
  public static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private Seeds() {}

  /**
   * Returns a 64-bit hash of the seed, the parts, their order and their number: {@code h <- mix(h ^
   * mix(part + golden))}, in which every bit of the result depends on every bit of every part.
   */
  public static long mix(long seed, long... parts) {
    long hash = mix64(seed + GOLDEN * (parts.length + 1));
    for (long part : parts) {
      hash = mix64(hash ^ mix64(part + GOLDEN));
    }
    return hash;
  }

  /** Makes {@code order} a permutation of 0 to {@code order.length - 1}. */
  public static void permute(int[] order, long seed) {
    fillIdentity(order);
    shuffle(order, order.length, seed);
  }

  /** Permutes the first {@code count} values: Fisher-Yates, from the end. */
  public static void shuffle(int[] values, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }

  /** Makes {@code order} the identity. */
  public static void fillIdentity(int[] order) {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
  }

  /** The finalizer of MurmurHash3 with the constants of Stafford's variant 13; a bijection. */
  public static long mix64(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
