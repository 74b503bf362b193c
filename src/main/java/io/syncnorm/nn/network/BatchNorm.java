package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Moments;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.RankReduction.Direction;
import java.util.Arrays;

/**
 * Batch normalization by channel over the rows of all ranks (Ioffe and Szegedy 2015, algorithm 1),
 * where each pixel of an image counts as a row, {@code [rows * positions, channels]} (section 3.2):
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
final class BatchNorm implements LayerPass {
  private final int positions;
  private final int channels;
  private final double momentum;
  private final double epsilon;
  private final int index;
  private final int gamma;
  private final int beta;
  private final int running;
  private final RankReduction reduction;

  private final Channels channelSums;
  private final double[] moments;
  private final double[] sums;
  private double globalRows;

  /** By channel, for loops over {@link #wide} values: repeated for several pixels. */
  private final Coefficients coefficients;

  private final int wide;

  /** A copy of {@link #wide} values: see {@link Channels} why. */
  private final float[] row;

  private final float[] xhatRow;

  /**
   * @param index of this layer among the normalized ones
   * @param gamma offset of gamma in the parameter vector
   * @param beta offset of beta in the parameter vector
   * @param running offset of the running means, then variances, in the vector of statistics
   */
  BatchNorm(
      Dimensions input,
      Layer.BatchNormalization settings,
      int index,
      int gamma,
      int beta,
      int running,
      RankReduction reduction) {
    this.positions = input.positions();
    this.channels = input.channels();
    this.momentum = settings.momentum();
    this.epsilon = settings.epsilon();
    this.index = index;
    this.gamma = gamma;
    this.beta = beta;
    this.running = running;
    this.reduction = reduction;
    this.channelSums = new Channels(input);
    this.moments = new double[Moments.packedLength(channels)];
    this.sums = new double[2 * channels];
    this.wide = Channels.pixelsOfWideRow(input) * channels;
    this.coefficients = new Coefficients(channels, wide);
    this.row = new float[wide];
    this.xhatRow = new float[wide];
  }

  @Override
  public Reads reads() {
    return Reads.INPUTS;
  }

  @Override
  public boolean isGradientInPlace() {
    return true;
  }

  @Override
  public boolean overwritesInputs() {
    return true;
  }

  @Override
  public boolean isExchanging() {
    return true;
  }

  /** Normalizes x into y; in training x holds xhat afterwards. */
  @Override
  public void forward(Network.Mode mode, NetworkState state, float[] x, int rows, float[] y) {
    switch (mode) {
      case TRAINING -> train(state.parameters(), state.statistics(), x, rows, y);
      case INFERENCE -> infer(state.parameters(), state.statistics(), x, rows, y);
    }
  }

  /**
   * Normalizes with the statistics of this step's rows of all ranks, and updates the running ones.
   *
   * @param x holds xhat afterwards, which {@link #backward} needs
   * @param y written
   */
  private void train(float[] parameters, float[] statistics, float[] x, int rows, float[] y) {
    channelSums.moments(x, rows, moments);
    reduction.reduce(index, Direction.FORWARD, moments, Moments::merge);
    globalRows = moments[0];
    if (globalRows == 0) {
      return;
    }
    Coefficients c = coefficients;
    for (int j = 0; j < channels; j++) {
      double biasedVariance = moments[1 + channels + j] / globalRows;
      c.mean[j] = (float) moments[1 + j];
      c.inverseStd[j] = (float) (1 / Math.sqrt(biasedVariance + epsilon));
      updateRunning(statistics, running + j, moments[1 + j]);
      updateRunning(statistics, running + channels + j, biasedVariance);
    }
    Channels.repeat(c.mean, 0, channels, c.wideMean);
    Channels.repeat(c.inverseStd, 0, channels, c.wideInverseStd);
    Channels.repeat(parameters, gamma, channels, c.wideFactor);
    Channels.repeat(parameters, beta, channels, c.wideOffset);
    int length = rows * positions * channels;
    for (int at = 0; at < length; at += wide) {
      System.arraycopy(x, at, row, 0, wide);
      normalize(row, c.wideMean, c.wideInverseStd);
      System.arraycopy(row, 0, x, at, wide);
      scaleAndShift(row, c.wideFactor, c.wideOffset);
      System.arraycopy(row, 0, y, at, wide);
    }
  }

  /** Normalizes with running statistics, without communication. */
  private void infer(float[] parameters, float[] statistics, float[] x, int rows, float[] y) {
    Coefficients c = coefficients;
    for (int j = 0; j < channels; j++) {
      double std = Math.sqrt(statistics[running + channels + j] + epsilon);
      double gammaByStd = parameters[gamma + j] / std;
      c.factor[j] = (float) gammaByStd;
      c.offset[j] = (float) (parameters[beta + j] - gammaByStd * statistics[running + j]);
    }
    Channels.repeat(c.factor, 0, channels, c.wideFactor);
    Channels.repeat(c.offset, 0, channels, c.wideOffset);
    int length = rows * positions * channels;
    for (int at = 0; at < length; at += wide) {
      System.arraycopy(x, at, row, 0, wide);
      scaleAndShift(row, c.wideFactor, c.wideOffset);
      System.arraycopy(row, 0, y, at, wide);
    }
  }

  /**
   * @param xhat left in x by {@link #forward}
   * @param dx may be dy
   * @param meanwhile run while ranks exchange their sums
   */
  @Override
  public Runnable backward(
      float[] parameters,
      float[] xhat,
      float[] y,
      float[] dy,
      int rows,
      float[] gradient,
      float[] dx,
      Runnable meanwhile) {
    Arrays.fill(sums, 0);
    channelSums.addSumsAndProducts(dy, xhat, rows, sums);
    for (int j = 0; j < channels; j++) {
      gradient[beta + j] = (float) sums[j];
      gradient[gamma + j] = (float) sums[channels + j];
    }
    reduction.reduce(index, Direction.BACKWARD, sums, RankReduction.SUM, meanwhile);
    if (dx.length == 0) {
      return NOTHING;
    }
    Coefficients c = coefficients;
    for (int j = 0; j < channels; j++) {
      double gammaByStd = (double) parameters[gamma + j] * c.inverseStd[j];
      c.factor[j] = (float) gammaByStd;
      c.offset[j] = (float) (-gammaByStd * sums[j] / globalRows);
      c.xhatFactor[j] = (float) (-gammaByStd * sums[channels + j] / globalRows);
    }
    Channels.repeat(c.factor, 0, channels, c.wideFactor);
    Channels.repeat(c.offset, 0, channels, c.wideOffset);
    Channels.repeat(c.xhatFactor, 0, channels, c.wideXhatFactor);
    int length = rows * positions * channels;
    for (int at = 0; at < length; at += wide) {
      System.arraycopy(dy, at, row, 0, wide);
      System.arraycopy(xhat, at, xhatRow, 0, wide);
      inputGradient(row, xhatRow, c);
      System.arraycopy(row, 0, dx, at, wide);
    }
    return NOTHING;
  }

  private void updateRunning(float[] statistics, int at, double batch) {
    statistics[at] = (float) (momentum * statistics[at] + (1 - momentum) * batch);
  }

  private static void normalize(float[] x, float[] mean, float[] inverseStd) {
    for (int j = 0; j < x.length; j++) {
      x[j] = (x[j] - mean[j]) * inverseStd[j];
    }
  }

  private static void scaleAndShift(float[] x, float[] factor, float[] offset) {
    for (int j = 0; j < x.length; j++) {
      x[j] = factor[j] * x[j] + offset[j];
    }
  }

  private static void inputGradient(float[] dy, float[] xhat, Coefficients c) {
    float[] factor = c.wideFactor;
    float[] offset = c.wideOffset;
    float[] xhatFactor = c.wideXhatFactor;
    for (int j = 0; j < dy.length; j++) {
      dy[j] = factor[j] * dy[j] + offset[j] + xhatFactor[j] * xhat[j];
    }
  }

  /** What a row is multiplied with and added to, by channel. */
  private static final class Coefficients {
    private final float[] mean;
    private final float[] inverseStd;
    private final float[] factor;
    private final float[] offset;
    private final float[] xhatFactor;
    private final float[] wideMean;
    private final float[] wideInverseStd;
    private final float[] wideFactor;
    private final float[] wideOffset;
    private final float[] wideXhatFactor;

    Coefficients(int channels, int wide) {
      this.mean = new float[channels];
      this.inverseStd = new float[channels];
      this.factor = new float[channels];
      this.offset = new float[channels];
      this.xhatFactor = new float[channels];
      this.wideMean = new float[wide];
      this.wideInverseStd = new float[wide];
      this.wideFactor = new float[wide];
      this.wideOffset = new float[wide];
      this.wideXhatFactor = new float[wide];
    }
  }
}
