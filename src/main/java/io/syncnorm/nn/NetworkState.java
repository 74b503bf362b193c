package io.syncnorm.nn;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The learned state of a network: flat parameters and running statistics, in the order of {@link
 * ParameterLayout}. The arrays are the state itself, not copies; training changes them in place.
 *
 * @param parameters trainable parameters
 * @param statistics running mean and biased variance of each normalized layer
 */
public record NetworkState(float[] parameters, float[] statistics) implements Serializable {

  /** Fresh parameters with weights as they are drawn by default. */
  public static NetworkState initial(Architecture architecture, long seed) {
    return initial(architecture, Initialization.GLOROT_UNIFORM, seed);
  }

  /**
   * Fresh parameters: weights as the initialization draws them, biases and beta 0, gamma 1, running
   * mean 0, running variance 1.
   */
  public static NetworkState initial(
      Architecture architecture, Initialization initialization, long seed) {
    ParameterLayout layout = ParameterLayout.of(architecture);
    float[] parameters = new float[layout.parameterCount()];
    float[] statistics = new float[layout.statisticsCount()];
    SplittableRandom random = new SplittableRandom(seed);
    List<ParameterLayout.Weights> weights = layout.weights();
    List<Layer.Weighted> layers = architecture.weighted();
    for (int i = 0; i < weights.size(); i++) {
      ParameterLayout.Weights layer = weights.get(i);
      initialization.fill(
          parameters,
          layer.weights(),
          layer.weights() + layer.in() * layer.out(),
          layer.in(),
          layers.get(i).fanOut(),
          random);
    }
    for (ParameterLayout.Normalization each : layout.normalizations()) {
      Arrays.fill(parameters, each.gamma(), each.gamma() + each.features(), 1f);
      int variance = each.running() + each.features();
      Arrays.fill(statistics, variance, variance + each.features(), 1f);
    }
    return new NetworkState(parameters, statistics);
  }
}
