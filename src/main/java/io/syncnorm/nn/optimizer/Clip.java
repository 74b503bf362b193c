package io.syncnorm.nn.optimizer;

import java.io.Serializable;

/**
 * A limit on a part of the mean gradient.
 *
 * @param threshold in units of the gradient; not used for {@link Kind#UNIT_NORM}
 */
public record Clip(Kind kind, double threshold, Range range) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Partial sums, which a processor adds side by side. */
  private static final int LANES = 8;

  /** What is limited. */
  public enum Kind {
    /** Each component, to at most the threshold in absolute value. */
    VALUE,
    /** The Euclidean norm: a longer part is shortened to the threshold (Pascanu et al. 2013). */
    NORM,
    /** The Euclidean norm, which becomes 1; a part that is zero keeps its value. */
    UNIT_NORM
  }

  /** Limits a mean gradient in place. */
  void apply(float[] gradient) {
    switch (kind) {
      case VALUE -> {
        float limit = (float) threshold;
        for (int i = range.from(); i < range.to(); i++) {
          gradient[i] = Math.max(-limit, Math.min(limit, gradient[i]));
        }
      }
      case NORM -> {
        double norm = norm(gradient);
        if (norm > threshold) {
          multiply(gradient, threshold / norm);
        }
      }
      case UNIT_NORM -> {
        double norm = norm(gradient);
        if (norm > 0) {
          multiply(gradient, 1 / norm);
        }
      }
    }
  }

  private void multiply(float[] gradient, double by) {
    float factor = (float) by;
    for (int i = range.from(); i < range.to(); i++) {
      gradient[i] *= factor;
    }
  }

  /** The norm in double, in an order of additions that the range alone fixes. */
  private double norm(float[] gradient) {
    double[] sums = new double[LANES];
    int i = range.from();
    for (; i + LANES <= range.to(); i += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        double g = gradient[i + lane];
        sums[lane] += g * g;
      }
    }
    double sum = 0;
    for (; i < range.to(); i++) {
      double g = gradient[i];
      sum += g * g;
    }
    for (double lane : sums) {
      sum += lane;
    }
    return Math.sqrt(sum);
  }
}
