package io.syncnorm.nn;

import io.syncnorm.nn.Architecture.BatchNormalized;
import io.syncnorm.nn.RankReduction.Direction;

/**
 * Batch normalization over the rows of all ranks (Ioffe and Szegedy 2015, algorithm 1):
 *
 * <pre>
 * mean, biasedVariance = moments of the N rows of all ranks
 * xhat = (x - mean) / sqrt(biasedVariance + epsilon)
 * y    = gamma * xhat + beta
 * </pre>
 *
 * <p>The backward pass, with {@code s1 = sum dy} and {@code s2 = sum dy * xhat} over the rows of
 * all ranks,
 *
 * <pre>
 * dx = gamma / sqrt(biasedVariance + epsilon) * (dy - s1 / N - xhat * s2 / N)
 * </pre>
 *
 * is the gradient of the <i>summed</i> loss of all ranks through the shared statistics. The
 * gradients of gamma and beta are sums over this rank's rows only: like the gradients of all other
 * parameters, they are combined when models merge.
 *
 * <p>A row counts as one row in the statistics, regardless of its weight in the loss. A weight
 * scales the cost of an error; the moments describe the activations of the layer, also in
 * inference, where rows have no weights. So in the statistics a row of weight 2 differs from two
 * equal rows, unlike everywhere else. {@code dy} is already weighted, so the formula above applies
 * unchanged.
 *
 * <p>A rank without rows takes part with n = 0 in both directions.
 */
final class BatchNorm {
  private final ParameterLayout.Layer layer;
  private final int index;
  private final BatchNormalized settings;
  private final RankReduction reduction;

  private final int features;
  private final double[] moments;
  private final double[] sums;
  private final float[] mean;
  private final float[] inverseStd;
  private final float[] factor;
  private final float[] offset;
  private final float[] xhatFactor;
  private double globalRows;

  BatchNorm(
      ParameterLayout.Layer layer, int index, BatchNormalized settings, RankReduction reduction) {
    this.layer = layer;
    this.index = index;
    this.settings = settings;
    this.reduction = reduction;
    this.features = layer.out();
    this.moments = new double[Moments.packedLength(features)];
    this.sums = new double[2 * features];
    this.mean = new float[features];
    this.inverseStd = new float[features];
    this.factor = new float[features];
    this.offset = new float[features];
    this.xhatFactor = new float[features];
  }

  /** Normalizes {@code x[rows, features]} into {@code y}; in training x holds xhat afterwards. */
  void forward(Network.Mode mode, NetworkState state, float[] x, int rows, float[] y) {
    switch (mode) {
      case TRAINING -> train(state.parameters(), state.statistics(), x, rows, y);
      case INFERENCE -> infer(state.parameters(), state.statistics(), x, rows, y);
    }
  }

  /**
   * Normalizes with the statistics of this step's rows of all ranks, and updates the running ones.
   *
   * @param x {@code [rows, features]}; holds xhat afterwards, which {@link #backward} needs
   * @param y {@code [rows, features]}, written
   */
  private void train(float[] parameters, float[] statistics, float[] x, int rows, float[] y) {
    Moments.of(x, rows, features, moments);
    reduction.reduce(index, Direction.FORWARD, moments, Moments::merge);
    globalRows = moments[0];
    if (globalRows == 0) {
      return;
    }
    for (int j = 0; j < features; j++) {
      double biasedVariance = moments[1 + features + j] / globalRows;
      mean[j] = (float) moments[1 + j];
      inverseStd[j] = (float) (1 / Math.sqrt(biasedVariance + settings.epsilon()));
      updateRunning(statistics, layer.running() + j, moments[1 + j]);
      updateRunning(statistics, layer.running() + features + j, biasedVariance);
    }
    for (int row = 0; row < rows; row++) {
      normalizeRow(x, row * features);
    }
    for (int row = 0; row < rows; row++) {
      scaleRow(parameters, x, y, row * features);
    }
  }

  /** Normalizes with running statistics, without communication. */
  private void infer(float[] parameters, float[] statistics, float[] x, int rows, float[] y) {
    for (int j = 0; j < features; j++) {
      double std = Math.sqrt(statistics[layer.running() + features + j] + settings.epsilon());
      double gammaByStd = parameters[layer.gamma() + j] / std;
      factor[j] = (float) gammaByStd;
      offset[j] =
          (float) (parameters[layer.shift() + j] - gammaByStd * statistics[layer.running() + j]);
    }
    for (int row = 0; row < rows; row++) {
      affineRow(x, y, row * features);
    }
  }

  /**
   * Replaces the gradient with respect to y by that with respect to x.
   *
   * @param xhat left in x by {@link #forward}
   * @param gradient flat gradient vector; gamma's and beta's parts are written
   * @param meanwhile run while ranks exchange their sums
   */
  void backward(
      float[] parameters,
      float[] xhat,
      float[] dy,
      int rows,
      float[] gradient,
      Runnable meanwhile) {
    java.util.Arrays.fill(sums, 0);
    for (int row = 0; row < rows; row++) {
      addToSums(dy, xhat, row * features);
    }
    for (int j = 0; j < features; j++) {
      gradient[layer.shift() + j] = (float) sums[j];
      gradient[layer.gamma() + j] = (float) sums[features + j];
    }
    reduction.reduce(index, Direction.BACKWARD, sums, RankReduction.SUM, meanwhile);
    for (int j = 0; j < features; j++) {
      double gammaByStd = (double) parameters[layer.gamma() + j] * inverseStd[j];
      factor[j] = (float) gammaByStd;
      offset[j] = (float) (-gammaByStd * sums[j] / globalRows);
      xhatFactor[j] = (float) (-gammaByStd * sums[features + j] / globalRows);
    }
    for (int row = 0; row < rows; row++) {
      inputGradientRow(dy, xhat, row * features);
    }
  }

  private void updateRunning(float[] statistics, int at, double batch) {
    double momentum = settings.momentum();
    statistics[at] = (float) (momentum * statistics[at] + (1 - momentum) * batch);
  }

  private void normalizeRow(float[] x, int at) {
    for (int j = 0; j < features; j++) {
      x[at + j] = (x[at + j] - mean[j]) * inverseStd[j];
    }
  }

  private void scaleRow(float[] parameters, float[] xhat, float[] y, int at) {
    int gamma = layer.gamma();
    int beta = layer.shift();
    for (int j = 0; j < features; j++) {
      y[at + j] = parameters[gamma + j] * xhat[at + j] + parameters[beta + j];
    }
  }

  private void affineRow(float[] x, float[] y, int at) {
    for (int j = 0; j < features; j++) {
      y[at + j] = factor[j] * x[at + j] + offset[j];
    }
  }

  private void addToSums(float[] dy, float[] xhat, int at) {
    for (int j = 0; j < features; j++) {
      double d = dy[at + j];
      sums[j] += d;
      sums[features + j] += d * xhat[at + j];
    }
  }

  private void inputGradientRow(float[] dy, float[] xhat, int at) {
    for (int j = 0; j < features; j++) {
      dy[at + j] = factor[j] * dy[at + j] + offset[j] + xhatFactor[j] * xhat[at + j];
    }
  }
}
