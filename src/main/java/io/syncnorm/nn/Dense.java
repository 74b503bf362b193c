package io.syncnorm.nn;

/**
 * {@code y = x W (+ b)}: x {@code [rows, in]}, W {@code [in, out]}, b {@code [out]} if the layer
 * has a bias.
 */
final class Dense {
  private final ParameterLayout.Layer layer;
  private final Blas blas = Blas.instance();
  private final double[] biasGradient;

  Dense(ParameterLayout.Layer layer) {
    this.layer = layer;
    this.biasGradient = new double[layer.hasBias() ? layer.out() : 0];
  }

  /**
   * @param x the inputs, from index {@code xAt} on
   */
  void forward(float[] parameters, float[] x, int xAt, int rows, float[] y) {
    if (rows == 0) {
      return;
    }
    blas.multiply(x, xAt, parameters, layer.weights(), y, rows, layer.in(), layer.out());
    if (layer.hasBias()) {
      for (int row = 0; row < rows; row++) {
        addBias(parameters, y, row * layer.out());
      }
    }
  }

  /**
   * Writes dW = x^T dy and db = sum of dy over the rows.
   *
   * @param x the inputs that were passed to {@link #forward}
   */
  void parameterGradient(float[] x, int xAt, float[] dy, int rows, float[] gradient) {
    blas.multiplyTransposedLeft(
        x, xAt, dy, gradient, layer.weights(), rows, layer.in(), layer.out());
    if (layer.hasBias()) {
      java.util.Arrays.fill(biasGradient, 0);
      for (int row = 0; row < rows; row++) {
        for (int j = 0; j < layer.out(); j++) {
          biasGradient[j] += dy[row * layer.out() + j];
        }
      }
      for (int j = 0; j < layer.out(); j++) {
        gradient[layer.bias() + j] = (float) biasGradient[j];
      }
    }
  }

  /** Writes dx = dy W^T. */
  void inputGradient(float[] parameters, float[] dy, int rows, float[] dx) {
    if (rows > 0) {
      blas.multiplyTransposedRight(
          dy, parameters, layer.weights(), dx, rows, layer.in(), layer.out());
    }
  }

  private void addBias(float[] parameters, float[] y, int offset) {
    for (int j = 0; j < layer.out(); j++) {
      y[offset + j] += parameters[layer.bias() + j];
    }
  }
}
