package io.syncnorm.nn;

import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The learned state of a network: flat parameters and running statistics, in the order of {@link
 * ParameterLayout}. The arrays are the state itself, not copies; training changes them in place.
 *
 * @param parameters trainable parameters
 * @param statistics running mean and biased variance of each normalized layer
 */
public record NetworkState(float[] parameters, float[] statistics) implements Serializable {

  /**
   * Fresh parameters: weights uniform in {@code +-sqrt(6 / (in + out))} (Glorot and Bengio 2010,
   * equation 16), biases and beta 0, gamma 1, running mean 0, running variance 1.
   */
  public static NetworkState initial(Architecture architecture, long seed) {
    ParameterLayout layout = ParameterLayout.of(architecture);
    float[] parameters = new float[layout.parameterCount()];
    float[] statistics = new float[layout.statisticsCount()];
    SplittableRandom random = new SplittableRandom(seed);
    for (ParameterLayout.Layer layer : layout.layers()) {
      double limit = Math.sqrt(6.0 / (layer.in() + layer.out()));
      for (int i = 0; i < layer.in() * layer.out(); i++) {
        parameters[layer.weights() + i] = (float) (limit * (2 * random.nextDouble() - 1));
      }
      if (layer.normalized()) {
        Arrays.fill(parameters, layer.gamma(), layer.gamma() + layer.out(), 1f);
        int variance = layer.running() + layer.out();
        Arrays.fill(statistics, variance, variance + layer.out(), 1f);
      }
    }
    return new NetworkState(parameters, statistics);
  }
}
