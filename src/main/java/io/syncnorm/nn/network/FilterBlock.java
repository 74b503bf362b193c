package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Window;
import java.util.Arrays;

/**
 * The filters of a convolution for {@code size} neighbouring outputs at once, one matrix {@code
 * [in, out]} with {@code out = size * filters}: column {@code (p, f)} has filter f, moved to the
 * right by p strides, and zeros where the output p does not see a pixel.
 *
 * <pre>
 * one output   3 neighbours
 *     w0        w0
 *     w1        w1  w0
 *               .   w1  w0     (a window of 2 pixels, stride 1)
 *               .   .   w1
 * </pre>
 *
 * <p>The zeros are multiplied as well, but the matrix of windows is copied almost {@code size}
 * times less often, and the product has {@code size} times the columns. In memory the outputs are
 * where they belong: channels are closest together, and neighbours follow each other.
 */
final class FilterBlock {
  private static final float[] NONE = {};

  /** What a row of the matrix of windows costs, in multiplications, and what each of its values. */
  private static final int ROW_COST = 600;

  private static final int VALUE_COST = 10;

  private final Window window;
  private final int size;
  private final int channels;
  private final int filters;
  private final int segmentPixels;

  /** The widened weights; empty for a block of one, whose weights are the parameters. */
  private final float[] wide;

  private final float[] wideGradient;

  /**
   * @param channels of the input
   */
  FilterBlock(int channels, Layer.Convolution settings, int size) {
    this.window = settings.window();
    this.size = size;
    this.channels = channels;
    this.filters = settings.width();
    this.segmentPixels = Patches.segmentPixels(window, size);
    this.wide = size == 1 ? NONE : new float[in() * out()];
    this.wideGradient = new float[wide.length];
  }

  /** Floats of the matrix and of its gradient, if they are not the weights themselves. */
  static long length(int channels, Layer.Convolution settings, int size) {
    long in = (long) settings.window().height() * Patches.segmentPixels(settings.window(), size);
    return size == 1 ? 0 : 2 * in * channels * size * settings.width();
  }

  /**
   * The number of neighbouring outputs that makes a convolution fast. More of them need fewer rows
   * of windows, which are copied here and once more by sgemm, but more zeros are multiplied. The
   * costs are fitted to times of windows of 1 to 32 channels, measured with AVX2.
   */
  static int size(Dimensions input, Layer.Convolution settings) {
    int width = settings.output(input).width();
    int best = 1;
    for (int size = 2; size <= width; size++) {
      if (width % size == 0
          && cost(input.channels(), settings, size) < cost(input.channels(), settings, best)) {
        best = size;
      }
    }
    return best;
  }

  /** What one output costs. */
  private static double cost(int channels, Layer.Convolution settings, int size) {
    Window window = settings.window();
    double in = (double) window.height() * Patches.segmentPixels(window, size) * channels;
    return (in * size * settings.width() + ROW_COST + VALUE_COST * in) / size;
  }

  /** Rows of the matrix. */
  int in() {
    return window.height() * segmentPixels * channels;
  }

  /** Columns of the matrix. */
  int out() {
    return size * filters;
  }

  /**
   * Returns the matrix; {@code parameters} itself, if it has the matrix at {@code at}.
   *
   * @param at offset of the weights
   */
  float[] widen(float[] parameters, int at) {
    if (size == 1) {
      return parameters;
    }
    for (int ky = 0; ky < window.height(); ky++) {
      for (int p = 0; p < size; p++) {
        int from = at + ky * window.width() * channels * filters;
        int to = firstRow(ky, p) * out() + p * filters;
        for (int i = 0; i < window.width() * channels; i++) {
          System.arraycopy(parameters, from + i * filters, wide, to + i * out(), filters);
        }
      }
    }
    return wide;
  }

  /** Where to write the matrix' gradient: {@code gradient} itself for a block of one. */
  float[] gradient(float[] gradient) {
    return size == 1 ? gradient : wideGradient;
  }

  /**
   * Writes the weights' gradient, the sum of the matrix' gradient over the outputs of the block.
   *
   * @param matrix from {@link #gradient}
   * @param at offset of the weights
   */
  void narrow(float[] matrix, float[] gradient, int at) {
    if (size == 1) {
      return;
    }
    int rows = window.width() * channels;
    Arrays.fill(gradient, at, at + window.height() * rows * filters, 0f);
    for (int ky = 0; ky < window.height(); ky++) {
      for (int p = 0; p < size; p++) {
        int from = firstRow(ky, p) * out() + p * filters;
        int to = at + ky * rows * filters;
        for (int i = 0; i < rows; i++) {
          add(matrix, from + i * out(), gradient, to + i * filters);
        }
      }
    }
  }

  private void add(float[] from, int at, float[] into, int to) {
    for (int j = 0; j < filters; j++) {
      into[to + j] += from[at + j];
    }
  }

  /** The first matrix row that has weights of a window row for output {@code p}. */
  private int firstRow(int ky, int p) {
    return (ky * segmentPixels + p * window.strideX()) * channels;
  }
}
