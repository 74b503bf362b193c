package io.syncnorm.config;

import java.io.Serializable;

/**
 * The optimizer that moves the merged model: it takes the averaged difference that the ranks have
 * made since the last merge for a gradient.
 *
 * @param learningRate of the averaged difference; unused by {@code none}, like the momentum
 * @param momentum weight of the differences before
 */
public record OuterSettings(Type type, double learningRate, double momentum)
    implements Serializable {
  /** The update rule. */
  public enum Type {
    /** The merged model is the average. */
    NONE,
    /** Differences are summed up with momentum. */
    MOMENTUM,
    /** The same, looking one difference ahead. */
    NESTEROV
  }

  public OuterSettings {
    Keys.OUTER_TYPE.require(type);
    Keys.OUTER_LEARNING_RATE.require(learningRate);
    Keys.OUTER_MOMENTUM.require(momentum);
  }
}
