package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import java.util.Arrays;

/**
 * The largest value of each window, by channel: x {@code [rows, height, width, channels]}, y of the
 * window's output dimensions. Padding never wins. The gradient goes to the pixel with the largest
 * value, of several the first one, line by line, as in TensorFlow and DL4J.
 */
final class MaxPooling implements LayerPass {
  private final Windows windows;
  private final Dimensions input;
  private final Dimensions output;

  /** For each output of the batch the index of its input. */
  private final int[] winners;

  private final float[] ones;

  MaxPooling(Dimensions input, Layer.MaxPooling settings, int maxRows) {
    this.input = input;
    this.output = settings.output(input);
    this.windows = new Windows(input, settings.window());
    this.winners = new int[maxRows * output.size()];
    this.ones = new float[input.channels()];
    Arrays.fill(ones, 1f);
  }

  @Override
  public Reads reads() {
    return Reads.NEITHER;
  }

  @Override
  public void forward(Network.Mode mode, NetworkState state, float[] x, int rows, float[] y) {
    pool(x, ones, rows, y);
  }

  /**
   * Pools, by channel, the largest value or the smallest one.
   *
   * @param sign 1 for the largest value, -1 for the smallest one; {@code [channels]}
   */
  void pool(float[] x, float[] sign, int rows, float[] y) {
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int oy = 0; oy < output.height(); oy++) {
        for (int ox = 0; ox < output.width(); ox++) {
          pool(x, sign, row * input.size(), oy, ox, y, at);
          at += output.channels();
        }
      }
    }
  }

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
    meanwhile.run();
    if (dx.length > 0) {
      Arrays.fill(dx, 0, rows * input.size(), 0f);
      addGradient(dy, ones, rows, dx);
    }
    return NOTHING;
  }

  /**
   * Adds the gradient of the outputs to that of the pixels that were pooled.
   *
   * @param factor of the gradient, {@code [channels]}
   */
  void addGradient(float[] dy, float[] factor, int rows, float[] dx) {
    int channels = output.channels();
    for (int at = 0; at < rows * output.size(); at += channels) {
      for (int c = 0; c < channels; c++) {
        dx[winners[at + c]] += factor[c] * dy[at + c];
      }
    }
  }

  /** Writes the outputs of one window. */
  private void pool(float[] x, float[] sign, int imageAt, int oy, int ox, float[] y, int at) {
    int channels = input.channels();
    int line = input.width() * channels;
    int top = windows.top(oy);
    int bottom = windows.bottom(oy);
    int first = imageAt + top * line + windows.left(ox) * channels;
    int width = windows.right(ox) - windows.left(ox);
    if (bottom - top == 2 && width == 2) {
      poolFour(x, sign, first, first + line, y, at);
      return;
    }
    int end = first + (bottom - top) * line;
    for (int c = 0; c < channels; c++) {
      int winner = first + c;
      for (int lineAt = first + c; lineAt < end; lineAt += line) {
        for (int i = lineAt; i < lineAt + width * channels; i += channels) {
          winner = larger(x, sign[c], winner, i);
        }
      }
      winners[at + c] = winner;
      y[at + c] = x[winner];
    }
  }

  /**
   * The outputs of a window of 2 x 2 pixels, which is almost every window. Values are read and
   * compared as values: by the indices of the larger ones, as above, it takes 1.3 times as long.
   */
  private void poolFour(float[] x, float[] sign, int upper, int lower, float[] y, int at) {
    int channels = input.channels();
    for (int c = 0; c < channels; c++) {
      float upperLeft = sign[c] * x[upper + c];
      float upperRight = sign[c] * x[upper + channels + c];
      float lowerLeft = sign[c] * x[lower + c];
      float lowerRight = sign[c] * x[lower + channels + c];
      float up = Math.max(upperLeft, upperRight);
      float down = Math.max(lowerLeft, lowerRight);
      int upWinner = upper + c + (isLess(upperLeft, upperRight) & channels);
      int downWinner = lower + c + (isLess(lowerLeft, lowerRight) & channels);
      winners[at + c] = upWinner + (isLess(up, down) & (downWinner - upWinner));
      y[at + c] = sign[c] * Math.max(up, down);
    }
  }

  /** The index of the larger value; the first one if they are equal. */
  private static int larger(float[] x, float sign, int first, int second) {
    return first + (isLess(sign * x[first], sign * x[second]) & (second - first));
  }

  /**
   * All bits set if the first value is less, otherwise 0. By the sign of their difference, because
   * a branch is unpredictable here, and three times slower.
   */
  private static int isLess(float first, float second) {
    return Float.floatToRawIntBits(first - second) >> 31;
  }
}
