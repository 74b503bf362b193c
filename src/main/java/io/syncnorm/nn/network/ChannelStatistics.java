package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Moments;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.RankReduction.Direction;
import java.util.Arrays;

/**
 * What a batch normalization knows of each channel: the statistics of a step over the rows of all
 * ranks, the running ones, and from them the factors of the passes over its values.
 */
final class ChannelStatistics {
  private final int channels;
  private final double momentum;
  private final double epsilon;
  private final int index;
  private final int gamma;
  private final int beta;
  private final int running;
  private final RankReduction reduction;

  private final Channels inputs;
  private final double[] moments;
  private final double[] sums;
  private double globalRows;

  /** Of the step's rows of all ranks. */
  final float[] mean;

  final float[] inverseStd;

  /** Set by each method, as it says. */
  final float[] factor;

  final float[] offset;
  final float[] xhatFactor;

  /**
   * @param index of this layer among the normalized ones
   * @param gamma offset of gamma in the parameter vector
   * @param beta offset of beta in the parameter vector
   * @param running offset of the running means, then variances, in the vector of statistics
   */
  ChannelStatistics(
      Dimensions input,
      Layer.BatchNormalization settings,
      int index,
      int gamma,
      int beta,
      int running,
      RankReduction reduction) {
    this.channels = input.channels();
    this.momentum = settings.momentum();
    this.epsilon = settings.epsilon();
    this.index = index;
    this.gamma = gamma;
    this.beta = beta;
    this.running = running;
    this.reduction = reduction;
    this.inputs = new Channels(input);
    this.moments = new double[Moments.packedLength(channels)];
    this.sums = new double[2 * channels];
    this.mean = new float[channels];
    this.inverseStd = new float[channels];
    this.factor = new float[channels];
    this.offset = new float[channels];
    this.xhatFactor = new float[channels];
  }

  /**
   * Computes the statistics of this step's rows of all ranks, and updates the running ones; {@code
   * y = factor * xhat + offset}.
   *
   * @param x inputs of this rank
   * @return whether any rank has rows
   */
  boolean ofStep(NetworkState state, float[] x, int rows) {
    inputs.moments(x, rows, moments);
    reduction.reduce(index, Direction.FORWARD, moments, Moments::merge);
    globalRows = moments[0];
    if (globalRows == 0) {
      return false;
    }
    for (int j = 0; j < channels; j++) {
      double biasedVariance = moments[1 + channels + j] / globalRows;
      mean[j] = (float) moments[1 + j];
      inverseStd[j] = (float) (1 / Math.sqrt(biasedVariance + epsilon));
      updateRunning(state.statistics(), running + j, moments[1 + j]);
      updateRunning(state.statistics(), running + channels + j, biasedVariance);
    }
    System.arraycopy(state.parameters(), gamma, factor, 0, channels);
    System.arraycopy(state.parameters(), beta, offset, 0, channels);
    return true;
  }

  /** Takes the running statistics; {@code y = factor * x + offset}. */
  void ofRunning(NetworkState state) {
    float[] statistics = state.statistics();
    for (int j = 0; j < channels; j++) {
      double std = Math.sqrt(statistics[running + channels + j] + epsilon);
      double gammaByStd = state.parameters()[gamma + j] / std;
      factor[j] = (float) gammaByStd;
      offset[j] = (float) (state.parameters()[beta + j] - gammaByStd * statistics[running + j]);
    }
  }

  /**
   * Writes the gradients of gamma and beta and folds the sums of the backward pass over ranks;
   * {@code dx = factor * dy + offset + xhatFactor * xhat}.
   *
   * @param outputs of the rows of dy and xhat: all, or those that have a gradient
   * @param meanwhile run while ranks exchange their sums
   */
  void ofGradient(
      float[] parameters,
      Channels outputs,
      float[] dy,
      float[] xhat,
      int rows,
      float[] gradient,
      Runnable meanwhile) {
    Arrays.fill(sums, 0);
    outputs.addSumsAndProducts(dy, xhat, rows, sums);
    for (int j = 0; j < channels; j++) {
      gradient[beta + j] = (float) sums[j];
      gradient[gamma + j] = (float) sums[channels + j];
    }
    reduction.reduce(index, Direction.BACKWARD, sums, RankReduction.SUM, meanwhile);
    for (int j = 0; j < channels; j++) {
      double gammaByStd = (double) parameters[gamma + j] * inverseStd[j];
      factor[j] = (float) gammaByStd;
      offset[j] = (float) (-gammaByStd * sums[j] / globalRows);
      xhatFactor[j] = (float) (-gammaByStd * sums[channels + j] / globalRows);
    }
  }

  private void updateRunning(float[] statistics, int at, double batch) {
    statistics[at] = (float) (momentum * statistics[at] + (1 - momentum) * batch);
  }
}
