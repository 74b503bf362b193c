package io.syncnorm.train;

/** The fold of exchanges that are plain sums. */
final class Sums {
  private Sums() {}

  static void add(double[] into, double[] other) {
    for (int i = 0; i < into.length; i++) {
      into[i] += other[i];
    }
  }
}
