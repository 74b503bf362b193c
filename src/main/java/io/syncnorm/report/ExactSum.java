package io.syncnorm.report;

import java.io.Serializable;
import java.math.BigInteger;

/**
 * A sum of doubles without rounding: the same bits for every order and grouping of its terms (a
 * small superaccumulator; Neal 2015, "Fast Exact Summation Using Small and Large
 * Superaccumulators"). A fixed-point number holds every finite double. Confined to one thread.
 */
final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int LIMB_BITS = 32;
  private static final long MASK = 0xffffffffL;

  /** Binary exponent of the least positive double, the unit of the first limb. */
  private static final int LEAST_EXPONENT = -1074;

  private static final int FRACTION_BITS = 52;
  private static final int EXPONENT_MASK = 0x7ff;

  /** An addition changes a limb by less than 2^33; a long overflows only after 2^30 of them. */
  private static final int ADDITIONS_BETWEEN_CARRIES = 1 << 29;

  /** More than a double's significant bits, less than those of a positive long. */
  private static final int ROUNDED_BITS = 62;

  /** Limb i counts multiples of 2^(32 i - 1074). Two more limbs than doubles need take carries. */
  private final long[] limbs = new long[68];

  private int additions;

  /** Sum of the terms that are not finite, else 0. */
  private double special;

  void add(double term) {
    if (!Double.isFinite(term)) {
      special += term;
      return;
    }
    long bits = Double.doubleToRawLongBits(term);
    int exponent = (int) (bits >>> FRACTION_BITS) & EXPONENT_MASK;
    long significand = bits & ((1L << FRACTION_BITS) - 1);
    if (exponent > 0) { // a normal number has a hidden bit
      significand |= 1L << FRACTION_BITS;
      exponent--;
    }
    int limb = exponent / LIMB_BITS;
    int shift = exponent % LIMB_BITS;
    long sign = bits < 0 ? -1 : 1;
    long low = (significand & MASK) << shift;
    long high = (significand >>> LIMB_BITS) << shift;
    limbs[limb] += sign * (low & MASK);
    limbs[limb + 1] += sign * ((low >>> LIMB_BITS) + (high & MASK));
    limbs[limb + 2] += sign * (high >>> LIMB_BITS);
    count();
  }

  /** Adds all terms of another sum. */
  void add(ExactSum other) {
    carry();
    other.carry();
    for (int i = 0; i < limbs.length; i++) {
      limbs[i] += other.limbs[i];
    }
    special += other.special;
    count();
  }

  /** Returns the sum, rounded once. */
  double value() {
    if (special != 0) { // NaN too
      return special;
    }
    carry();
    BigInteger sum = BigInteger.ZERO;
    for (int i = limbs.length - 1; i >= 0; i--) {
      sum = sum.shiftLeft(LIMB_BITS).add(BigInteger.valueOf(limbs[i]));
    }
    BigInteger size = sum.abs();
    int cut = Math.max(0, size.bitLength() - ROUNDED_BITS);
    long top = size.shiftRight(cut).longValueExact();
    boolean isExact = cut == 0 || size.getLowestSetBit() >= cut;
    double rounded = isExact ? top : top | 1; // breaks a tie that the bits cut off decide
    return sum.signum() * Math.scalb(rounded, cut + LEAST_EXPONENT);
  }

  private void count() {
    additions++;
    if (additions >= ADDITIONS_BETWEEN_CARRIES) {
      carry();
    }
  }

  /** Leaves 32 bits in each limb; the last has the sign. */
  private void carry() {
    for (int i = 0; i < limbs.length - 1; i++) {
      limbs[i + 1] += limbs[i] >> LIMB_BITS;
      limbs[i] &= MASK;
    }
    additions = 0;
  }
}
