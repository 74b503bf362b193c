package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;

/**
 * {@link BatchNorm} and {@link MaxPooling} as one, with less work: normalization keeps the order of
 * a channel's values, or reverses it where gamma is negative. So its statistics are of all pixels,
 * but only the largest (smallest) ones of the windows are normalized:
 *
 * <pre>
 * largest of (gamma * xhat + beta) = gamma * (largest of xhat) + beta    if gamma is at least 0
 * </pre>
 *
 * <p>The other pixels have no gradient from above. The sums of the backward pass are those of the
 * pooled ones, and
 *
 * <pre>
 * dx = -gamma / std * (s1 / N + xhat * s2 / N)     of all pixels
 *      + gamma / std * dy                          of the pooled ones
 * </pre>
 */
final class PooledBatchNorm implements LayerPass {
  private final ChannelStatistics statistics;
  private final MaxPooling pooling;
  private final Channels pooledChannels;
  private final NormalizedRows pooled;
  private final NormalizedRows pixels;

  /** Of the pooled pixels. */
  private final float[] xhat;

  /** By channel, 1 or -1: that of gamma. */
  private final float[] sign;

  PooledBatchNorm(
      Dimensions input, ChannelStatistics statistics, Layer.MaxPooling settings, int maxRows) {
    Dimensions output = settings.output(input);
    this.statistics = statistics;
    this.pooling = new MaxPooling(input, settings, maxRows);
    this.pooledChannels = new Channels(output);
    this.pooled = new NormalizedRows(output);
    this.pixels = new NormalizedRows(input);
    this.xhat = new float[maxRows * output.size()];
    this.sign = new float[input.channels()];
  }

  @Override
  public Reads reads() {
    return Reads.INPUTS;
  }

  @Override
  public boolean isExchanging() {
    return true;
  }

  @Override
  public void forward(Network.Mode mode, NetworkState state, float[] x, int rows, float[] y) {
    if (mode == Network.Mode.INFERENCE) {
      statistics.ofRunning(state);
      pool(x, rows, y);
      pooled.scaleAndShift(statistics, y, rows, y);
    } else if (statistics.ofStep(state, x, rows)) {
      pool(x, rows, y);
      pooled.normalize(statistics, statistics.factor, y, rows, xhat, y);
    }
  }

  private void pool(float[] x, int rows, float[] y) {
    for (int j = 0; j < sign.length; j++) {
      sign[j] = Math.copySign(1f, statistics.factor[j]);
    }
    pooling.pool(x, sign, rows, y);
  }

  /**
   * @param meanwhile run while ranks exchange their sums
   */
  @Override
  public Runnable backward(
      float[] parameters,
      float[] x,
      float[] y,
      float[] dy,
      int rows,
      float[] gradient,
      float[] dx,
      Runnable meanwhile) {
    statistics.ofGradient(parameters, pooledChannels, dy, xhat, rows, gradient, meanwhile);
    if (dx.length > 0) {
      pixels.normalize(statistics, statistics.xhatFactor, x, rows, dx, dx);
      pooling.addGradient(dy, statistics.factor, rows, dx);
    }
    return NOTHING;
  }
}
