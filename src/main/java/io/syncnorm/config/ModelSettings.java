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
 * @param network whether all of this applies, or a network comes from a file
 */
public record ModelSettings(
    List<Integer> hidden, Activation activation, BatchNormSettings batchNorm, NetworkSource network)
    implements Serializable {

  public ModelSettings {
    hidden = List.copyOf(Keys.HIDDEN.require(hidden));
    Keys.ACTIVATION.require(activation);
    requireNonNull(batchNorm, "batchNorm");
    Keys.DL4J.require(network);
  }

  /** A network as configured. */
  public ModelSettings(List<Integer> hidden, Activation activation, BatchNormSettings batchNorm) {
    this(hidden, activation, batchNorm, new NetworkSource.Configured());
  }

  ModelSettings withBatchNorm(boolean enabled) {
    return new ModelSettings(hidden, activation, batchNorm.withEnabled(enabled), network);
  }
}
