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

  /**
   * Fresh parameters: weights uniform in {@code +-sqrt(6 / (in + out))} (Glorot and Bengio 2010,
   * equation 16), where a convolution has as many inputs and outputs as its window's positions
   * times channels and filters, biases and beta 0, gamma 1, running mean 0, running variance 1.
   */
  public static NetworkState initial(Architecture architecture, long seed) {
    ParameterLayout layout = ParameterLayout.of(architecture);
    float[] parameters = new float[layout.parameterCount()];
    float[] statistics = new float[layout.statisticsCount()];
    SplittableRandom random = new SplittableRandom(seed);
    List<ParameterLayout.Weights> weights = layout.weights();
    List<Layer.Weighted> layers = architecture.weighted();
    for (int i = 0; i < weights.size(); i++) {
      fill(parameters, weights.get(i), layers.get(i).fanOut(), random);
    }
    for (ParameterLayout.Normalization each : layout.normalizations()) {
      Arrays.fill(parameters, each.gamma(), each.gamma() + each.features(), 1f);
      int variance = each.running() + each.features();
      Arrays.fill(statistics, variance, variance + each.features(), 1f);
    }
    return new NetworkState(parameters, statistics);
  }

  private static void fill(
      float[] parameters, ParameterLayout.Weights layer, int fanOut, SplittableRandom random) {
    double limit = Math.sqrt(6.0 / (layer.in() + fanOut));
    for (int i = 0; i < layer.in() * layer.out(); i++) {
      parameters[layer.weights() + i] = (float) (limit * (2 * random.nextDouble() - 1));
    }
  }
}
