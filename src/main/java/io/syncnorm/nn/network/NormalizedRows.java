package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;

/**
 * The loops of batch normalization over rows, {@code [rows, positions, channels]}, each with the
 * factors by channel of {@link ChannelStatistics}. They take several pixels as one and copy them
 * first: see {@link Channels} why.
 */
final class NormalizedRows {
  private final int size;
  private final int wide;
  private final float[] mean;
  private final float[] inverseStd;
  private final float[] factor;
  private final float[] offset;
  private final float[] xhatFactor;
  private final float[] row;
  private final float[] xhatRow;

  NormalizedRows(Dimensions row) {
    this.size = row.size();
    this.wide = Channels.pixelsOfWideRow(row) * row.channels();
    this.mean = new float[wide];
    this.inverseStd = new float[wide];
    this.factor = new float[wide];
    this.offset = new float[wide];
    this.xhatFactor = new float[wide];
    this.row = new float[wide];
    this.xhatRow = new float[wide];
  }

  /**
   * {@code xhat = (x - mean) * inverseStd} and {@code y = factor * xhat + offset}.
   *
   * @param xhat written; may be x, and y if nobody needs it
   * @param y written; may be x
   */
  void normalize(
      ChannelStatistics of, float[] factors, float[] x, int rows, float[] xhat, float[] y) {
    repeat(of.mean, mean);
    repeat(of.inverseStd, inverseStd);
    repeat(factors, factor);
    repeat(of.offset, offset);
    for (int at = 0; at < rows * size; at += wide) {
      System.arraycopy(x, at, row, 0, wide);
      normalize(row, mean, inverseStd);
      if (xhat != y) {
        System.arraycopy(row, 0, xhat, at, wide);
      }
      scaleAndShift(row, factor, offset);
      System.arraycopy(row, 0, y, at, wide);
    }
  }

  /**
   * {@code y = factor * x + offset}.
   *
   * @param y written; may be x
   */
  void scaleAndShift(ChannelStatistics of, float[] x, int rows, float[] y) {
    repeat(of.factor, factor);
    repeat(of.offset, offset);
    for (int at = 0; at < rows * size; at += wide) {
      System.arraycopy(x, at, row, 0, wide);
      scaleAndShift(row, factor, offset);
      System.arraycopy(row, 0, y, at, wide);
    }
  }

  /**
   * {@code dx = factor * dy + offset + xhatFactor * xhat}.
   *
   * @param dx written; may be dy
   */
  void inputGradient(ChannelStatistics of, float[] dy, float[] xhat, int rows, float[] dx) {
    repeat(of.factor, factor);
    repeat(of.offset, offset);
    repeat(of.xhatFactor, xhatFactor);
    for (int at = 0; at < rows * size; at += wide) {
      System.arraycopy(dy, at, row, 0, wide);
      System.arraycopy(xhat, at, xhatRow, 0, wide);
      inputGradient(row, xhatRow, factor, offset, xhatFactor);
      System.arraycopy(row, 0, dx, at, wide);
    }
  }

  private static void repeat(float[] values, float[] wide) {
    Channels.repeat(values, 0, values.length, wide);
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

  private static void inputGradient(
      float[] dy, float[] xhat, float[] factor, float[] offset, float[] xhatFactor) {
    for (int j = 0; j < dy.length; j++) {
      dy[j] = factor[j] * dy[j] + offset[j] + xhatFactor[j] * xhat[j];
    }
  }
}
