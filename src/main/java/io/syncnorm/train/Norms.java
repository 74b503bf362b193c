package io.syncnorm.train;

/**
 * Sums of squares over a part of a vector, in double. Four sums at a time: one alone would wait for
 * each addition.
 */
final class Norms {
  private Norms() {}

  static double squared(float[] vector, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += (double) vector[i] * vector[i];
      b += (double) vector[i + 1] * vector[i + 1];
      c += (double) vector[i + 2] * vector[i + 2];
      d += (double) vector[i + 3] * vector[i + 3];
    }
    for (; i < to; i++) {
      a += (double) vector[i] * vector[i];
    }
    return a + b + (c + d);
  }

  /** Of the difference of two vectors; {@code first} is overwritten by it. */
  static double squaredDistance(float[] first, float[] second, int from, int to) {
    for (int i = from; i < to; i++) {
      first[i] -= second[i];
    }
    return squared(first, from, to);
  }
}
