package io.syncnorm.nn.network;

import io.syncnorm.nn.Blas;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.ParameterLayout;
import java.util.Arrays;

/**
 * {@code y = x W (+ b)}: x {@code [rows, in]}, W {@code [in, out]}, b {@code [out]} if the layer
 * has a bias.
 */
final class Dense extends WeightedPass {
  private final ParameterLayout.Weights layer;
  private final Blas blas = Blas.instance();
  private final double[] biasGradient;

  Dense(ParameterLayout.Weights layer) {
    this.layer = layer;
    this.biasGradient = new double[layer.hasBias() ? layer.out() : 0];
  }

  @Override
  void forward(float[] parameters, float[] x, int xAt, int rows, float[] y) {
    if (rows == 0) {
      return;
    }
    blas.multiply(x, xAt, parameters, layer.weights(), y, rows, layer.in(), layer.out());
    addBias(parameters, y, rows);
  }

  @Override
  public void forward(float[] parameters, MiniBatch x, float[] y) {
    if (x.isSparse()) {
      SparseRows.multiply(x, parameters, layer.weights(), y, layer.in(), layer.out());
      addBias(parameters, y, x.count());
    } else {
      forward(parameters, x.features(), x.featuresAt(), x.count(), y);
    }
  }

  /** Writes dW = x^T dy and db = sum of dy over the rows. */
  @Override
  void parameterGradient(float[] x, int xAt, float[] dy, int rows, float[] gradient) {
    blas.multiplyTransposedLeft(
        x, xAt, dy, gradient, layer.weights(), rows, layer.in(), layer.out());
    biasGradient(dy, rows, gradient);
  }

  @Override
  public void parameterGradient(MiniBatch x, float[] dy, float[] gradient) {
    if (x.isSparse()) {
      SparseRows.addTransposedLeft(x, dy, gradient, layer.weights(), layer.in(), layer.out());
      biasGradient(dy, x.count(), gradient);
    } else {
      parameterGradient(x.features(), x.featuresAt(), dy, x.count(), gradient);
    }
  }

  /** Sets the gradient's part for W to zero. */
  void clear(float[] gradient) {
    Arrays.fill(gradient, layer.weights(), layer.weights() + layer.in() * layer.out(), 0f);
  }

  /** Sets the gradient's part for W to zero, where sparse x has written it. */
  void clear(MiniBatch x, float[] gradient) {
    SparseRows.clear(x, gradient, layer.weights(), layer.out());
  }

  /** Writes dx = dy W^T. */
  @Override
  void inputGradient(float[] parameters, float[] dy, int rows, float[] dx) {
    blas.multiplyTransposedRight(
        dy, parameters, layer.weights(), dx, rows, layer.in(), layer.out());
  }

  private void addBias(float[] parameters, float[] y, int rows) {
    if (!layer.hasBias()) {
      return;
    }
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < layer.out(); j++) {
        y[row * layer.out() + j] += parameters[layer.bias() + j];
      }
    }
  }

  private void biasGradient(float[] dy, int rows, float[] gradient) {
    if (!layer.hasBias()) {
      return;
    }
    Arrays.fill(biasGradient, 0);
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
