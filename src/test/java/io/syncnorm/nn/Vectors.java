package io.syncnorm.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Distances between vectors. */
public final class Vectors {
  private Vectors() {}

  /** Norm of the difference, relative to the norm of the expected vector. */
  public static double distance(float[] expected, float[] found) {
    assertEquals(expected.length, found.length);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(found[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }
}
