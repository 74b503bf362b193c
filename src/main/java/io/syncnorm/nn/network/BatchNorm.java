package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.NetworkState;

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
  private final ChannelStatistics statistics;
  private final Channels channels;
  private final NormalizedRows values;

  BatchNorm(Dimensions input, ChannelStatistics statistics) {
    this.statistics = statistics;
    this.channels = new Channels(input);
    this.values = new NormalizedRows(input);
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
    if (mode == Network.Mode.INFERENCE) {
      statistics.ofRunning(state);
      values.scaleAndShift(statistics, x, rows, y);
    } else if (statistics.ofStep(state, x, rows)) {
      values.normalize(statistics, statistics.factor, x, rows, x, y);
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
    statistics.ofGradient(parameters, channels, dy, xhat, rows, gradient, meanwhile);
    if (dx.length > 0) {
      values.inputGradient(statistics, dy, xhat, rows, dx);
    }
    return NOTHING;
  }
}
