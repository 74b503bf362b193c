package io.syncnorm.config;

import java.io.Serializable;

/**
 * The optimizer of each rank.
 *
 * @param beta1 Adam's decay of the first moment; SGD ignores it, as the two others
 * @param beta2 Adam's decay of the second moment
 * @param epsilon Adam's guard against division by zero
 */
public record OptimizerSettings(
    Type type, double learningRate, double beta1, double beta2, double epsilon)
    implements Serializable {

  /** The update rule. */
  public enum Type {
    ADAM,
    SGD
  }

  public OptimizerSettings {
    Keys.OPTIMIZER_TYPE.require(type);
    Keys.LEARNING_RATE.require(learningRate);
    Keys.BETA1.require(beta1);
    Keys.BETA2.require(beta2);
    Keys.OPTIMIZER_EPSILON.require(epsilon);
  }
}
