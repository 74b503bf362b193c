package io.syncnorm.nn.optimizer;

import java.io.Serializable;

/** What pulls a part of the parameters, usually the weights of a layer, towards zero. */
public record Penalty(Kind kind, double coefficient, Range range) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Where the pull comes in. */
  public enum Kind {
    /**
     * Added to the gradient: {@code g += coefficient * p}, the gradient of {@code coefficient / 2 *
     * p^2} in the loss.
     */
    L2,
    /**
     * Beside the gradient: {@code p -= learningRate * coefficient * p}, decoupled weight decay
     * (Loshchilov and Hutter 2019, algorithm 2).
     */
    DECAY,
    /** Beside the gradient, whatever the learning rate: {@code p -= coefficient * p}. */
    FIXED_DECAY
  }

  /** Whether the gradient changes. */
  boolean isInGradient() {
    return kind == Kind.L2;
  }

  /** Adds to the mean gradient. */
  void addTo(float[] gradient, float[] parameters) {
    float factor = (float) coefficient;
    for (int i = range.from(); i < range.to(); i++) {
      gradient[i] += factor * parameters[i];
    }
  }

  /** Reduces the parameters. */
  void decay(float[] parameters, double learningRate) {
    float factor = (float) (kind == Kind.DECAY ? learningRate * coefficient : coefficient);
    for (int i = range.from(); i < range.to(); i++) {
      parameters[i] -= factor * parameters[i];
    }
  }
}
