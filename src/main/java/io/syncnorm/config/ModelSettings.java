package io.syncnorm.config;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.List;

/**
 * The network: dense hidden layers, then a softmax over the classes.
 *
 * @param hidden width of each hidden layer from input to output; empty is softmax regression
 * @param activation after each hidden layer
 * @param batchNorm before each activation
 */
public record ModelSettings(
    List<Integer> hidden, Activation activation, BatchNormSettings batchNorm)
    implements Serializable {

  public ModelSettings {
    hidden = List.copyOf(Keys.HIDDEN.require(hidden));
    Keys.ACTIVATION.require(activation);
    requireNonNull(batchNorm, "batchNorm");
  }

  ModelSettings withBatchNorm(boolean enabled) {
    return new ModelSettings(hidden, activation, batchNorm.withEnabled(enabled));
  }
}
