package io.syncnorm.data.deal;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws shares with sum 1 from a symmetric Dirichlet distribution: gamma variates, divided by their
 * sum (Devroye 1986, "Non-Uniform Random Variate Generation", chapter XI.4). They are kept as
 * logarithms: at small concentrations all of them would underflow. {@link StrictMath} makes them
 * bit-identical on every machine.
 */
final class DirichletShares {
  private DirichletShares() {}

  /**
   * @param alpha concentration, positive
   * @param count number of shares, at least 1
   * @return {@code [count]}, sum 1 up to rounding
   */
  static double[] draw(double alpha, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] shares = new double[count];
    for (int i = 0; i < count; i++) {
      shares[i] = logGamma(alpha, random);
    }
    double largest = Arrays.stream(shares).max().orElseThrow();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      shares[i] = StrictMath.exp(shares[i] - largest);
      sum += shares[i];
    }
    for (int i = 0; i < count; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  /**
   * The logarithm of a gamma variate of scale 1 (Marsaglia and Tsang 2000, "A Simple Method for
   * Generating Gamma Variables"), below a shape of 1 by their note in section 6: {@code gamma(a) =
   * gamma(a + 1) U^(1/a)}.
   */
  private static double logGamma(double shape, SplittableRandom random) {
    if (shape < 1) {
      double raised = logGamma(shape + 1, random);
      return raised + StrictMath.log(uniform(random)) / shape;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = normal(random);
      double root = 1 + c * x;
      if (root > 0) {
        double v = root * root * root;
        if (StrictMath.log(uniform(random)) < 0.5 * x * x + d * (1 - v + StrictMath.log(v))) {
          return StrictMath.log(d) + StrictMath.log(v);
        }
      }
    }
  }

  /** A standard normal variate (Box and Muller 1958). */
  private static double normal(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(uniform(random)));
    return radius * StrictMath.cos(2 * Math.PI * uniform(random));
  }

  /** A uniform variate in (0, 1], so that its logarithm is finite. */
  private static double uniform(SplittableRandom random) {
    return 1 - random.nextDouble();
  }
}
