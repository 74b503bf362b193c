package io.syncnorm.nn;

import java.util.List;

/** Measures the matrix products of a training step, a lower bound for the time of a step. */
public final class ProductBenchmark {
  private static final int REPETITIONS = 200;

  private ProductBenchmark() {}

  /** Seconds of the eight sgemm calls of one step of the 784-128-64-10 network. */
  public static double secondsPerStep(int rows) {
    Architecture architecture =
        Architecture.uniform(784, List.of(128, 64), 10, Activation.RELU, new Architecture.None());
    NetworkState state = NetworkState.initial(architecture, 1);
    float[] gradient = new float[state.parameters().length];
    float[][] values = new float[4][];
    List<ParameterLayout.Layer> layers = ParameterLayout.of(architecture).layers();
    values[0] = new float[rows * 784];
    for (int i = 0; i < layers.size(); i++) {
      values[i + 1] = new float[rows * layers.get(i).out()];
    }
    Blas blas = Blas.instance();
    long start = System.nanoTime();
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      for (int i = 0; i < layers.size(); i++) {
        ParameterLayout.Layer l = layers.get(i);
        blas.multiply(
            values[i], 0, state.parameters(), l.weights(), values[i + 1], rows, l.in(), l.out());
      }
      for (int i = layers.size() - 1; i >= 0; i--) {
        ParameterLayout.Layer l = layers.get(i);
        blas.multiplyTransposedLeft(
            values[i], 0, values[i + 1], gradient, l.weights(), rows, l.in(), l.out());
        if (i > 0) {
          blas.multiplyTransposedRight(
              values[i + 1], state.parameters(), l.weights(), values[i], rows, l.in(), l.out());
        }
      }
    }
    return 1e-9 * (System.nanoTime() - start) / REPETITIONS;
  }
}
