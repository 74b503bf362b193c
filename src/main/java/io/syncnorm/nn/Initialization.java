package io.syncnorm.nn;

import java.util.SplittableRandom;

/**
 * How the weights of dense layers and convolutions are drawn before training: with mean 0 and a
 * variance that keeps activations and gradients of about one size from layer to layer.
 *
 * <pre>
 * Glorot   variance 2 / (fanIn + fanOut)   Glorot and Bengio 2010, equations 12 and 16
 * He       variance 2 / fanIn              He et al. 2015, equation 10: for rectifiers, which
 *                                          halve the second moment of their inputs
 *
 * uniform  in +-sqrt(3 * variance)
 * normal   truncated at two standard deviations, and as much wider that the variance holds
 * </pre>
 *
 * <p>A dense layer has as many inputs as values of a row, a convolution as many as its window has
 * positions times channels; outputs are its units, or positions times filters. The names and the
 * truncation are those of Keras. All layers of a network are drawn alike, the output layer too.
 */
public enum Initialization {
  GLOROT_UNIFORM,
  GLOROT_NORMAL,
  HE_UNIFORM,
  HE_NORMAL;

  /** A normal distribution is drawn within so many of its standard deviations. */
  private static final double CUT = 2;

  /** Standard deviation of the standard normal distribution if it is cut there. */
  private static final double CUT_DEVIATION = 0.8796256610342398;

  /**
   * Draws the weights of a layer.
   *
   * @param weights of the network
   * @param from offset of the layer's weights
   * @param to end of the layer's weights
   */
  void fill(float[] weights, int from, int to, int fanIn, int fanOut, SplittableRandom random) {
    double fans = isGlorot() ? fanIn + (double) fanOut : fanIn;
    if (isUniform()) {
      double limit = Math.sqrt(6.0 / fans);
      for (int i = from; i < to; i++) {
        weights[i] = (float) (limit * (2 * random.nextDouble() - 1));
      }
    } else {
      double scale = Math.sqrt(2.0 / fans) / CUT_DEVIATION;
      for (int i = from; i < to; i++) {
        weights[i] = (float) (scale * cutNormal(random));
      }
    }
  }

  private boolean isGlorot() {
    return this == GLOROT_UNIFORM || this == GLOROT_NORMAL;
  }

  private boolean isUniform() {
    return this == GLOROT_UNIFORM || this == HE_UNIFORM;
  }

  /**
   * Draws from the standard normal distribution within {@link #CUT} (Marsaglia's polar method).
   * Java's own {@code nextGaussian} may be another algorithm in the next release.
   */
  private static double cutNormal(SplittableRandom random) {
    while (true) {
      double x = 2 * random.nextDouble() - 1;
      double y = 2 * random.nextDouble() - 1;
      double square = x * x + y * y;
      if (square > 0 && square < 1) {
        double normal = x * Math.sqrt(-2 * StrictMath.log(square) / square);
        if (Math.abs(normal) <= CUT) {
          return normal;
        }
      }
    }
  }
}
