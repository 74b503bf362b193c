package io.syncnorm.spark.table;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * The sums of {@code x} and of {@code x * x} over rows, for each feature, without rounding: they
 * are equal in any order and any grouping. A sum is a fixed-point number wide enough for every
 * float, in digits of 32 bits, each in a long whose upper half collects carries (Kulisch's long
 * accumulator; see Kulisch, Computer Arithmetic and Validity, 2013, chapter 8).
 */
final class ExactSums implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long LOW = 0xffff_ffffL;

  /** The last bit of a float is worth 2 to this power; that of its square twice as much. */
  private static final int LEAST_EXPONENT = -149;

  /** Bits 0 to 276 of a float, and carries. */
  private static final int DIGITS = 9;

  /** Bits 0 to 553 of a square, and carries. */
  private static final int SQUARE_DIGITS = 18;

  /** A square adds less than 2^33 to a digit. */
  private static final int ROWS_BETWEEN_CARRIES = 1 << 29;

  private final long[] sums;
  private final long[] squares;
  private long rows;
  private int rowsSinceCarry;

  /**
   * @param length features of a row
   */
  ExactSums(int length) {
    this.sums = new long[length * DIGITS];
    this.squares = new long[length * SQUARE_DIGITS];
  }

  void add(float[] row) {
    for (int i = 0; i < row.length; i++) {
      if (row[i] != 0) {
        add(i, row[i]);
      }
    }
    rows++;
    if (++rowsSinceCarry == ROWS_BETWEEN_CARRIES) {
      carry();
    }
  }

  private void add(int feature, float value) {
    int bits = Float.floatToRawIntBits(value);
    int exponent = bits >>> 23 & 0xff;
    long significand = exponent == 0 ? bits & 0x7f_ffff : (bits & 0x7f_ffff) | 0x80_0000;
    int shift = Math.max(exponent - 1, 0);
    int at = feature * DIGITS + (shift >>> 5);
    long shifted = significand << (shift & 31);
    long sign = bits < 0 ? -1 : 1;
    sums[at] += sign * (shifted & LOW);
    sums[at + 1] += sign * (shifted >>> 32);

    long square = significand * significand;
    int squareShift = 2 * shift;
    at = feature * SQUARE_DIGITS + (squareShift >>> 5);
    long low = (square & LOW) << (squareShift & 31);
    long high = (square >>> 32) << (squareShift & 31);
    squares[at] += low & LOW;
    squares[at + 1] += (low >>> 32) + (high & LOW);
    squares[at + 2] += high >>> 32;
  }

  /** Adds other sums of as many features to these, which are returned. */
  ExactSums plus(ExactSums other) {
    other.carry();
    carry();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
    for (int i = 0; i < squares.length; i++) {
      squares[i] += other.squares[i];
    }
    rows += other.rows;
    return this;
  }

  private void carry() {
    carry(sums, DIGITS);
    carry(squares, SQUARE_DIGITS);
    rowsSinceCarry = 0;
  }

  private static void carry(long[] numbers, int digits) {
    for (int i = 0; i < numbers.length; i++) {
      if ((i + 1) % digits != 0) {
        numbers[i + 1] += numbers[i] >> 32;
        numbers[i] &= LOW;
      }
    }
  }

  /** The moments, each rounded once from its exact value; mean 0 and deviation 1 without rows. */
  Standardization standardization() {
    int length = sums.length / DIGITS;
    float[] mean = new float[length];
    float[] deviation = new float[length];
    BigInteger count = BigInteger.valueOf(Math.max(rows, 1));
    for (int i = 0; i < length; i++) {
      BigInteger sum = total(sums, i, DIGITS);
      BigInteger variance = total(squares, i, SQUARE_DIGITS).multiply(count).subtract(sum.pow(2));
      mean[i] = (float) Math.scalb(quotient(sum, count), LEAST_EXPONENT);
      double ofVariance = Math.scalb(quotient(variance, count.pow(2)), 2 * LEAST_EXPONENT);
      float found = (float) Math.sqrt(ofVariance);
      deviation[i] = found > 0 ? found : 1;
    }
    return new Standardization(mean, deviation);
  }

  private static BigInteger total(long[] numbers, int feature, int digits) {
    BigInteger total = BigInteger.ZERO;
    for (int digit = digits - 1; digit >= 0; digit--) {
      total = total.shiftLeft(32).add(BigInteger.valueOf(numbers[feature * digits + digit]));
    }
    return total;
  }

  private static double quotient(BigInteger dividend, BigInteger divisor) {
    return new BigDecimal(dividend)
        .divide(new BigDecimal(divisor), MathContext.DECIMAL128)
        .doubleValue();
  }
}
