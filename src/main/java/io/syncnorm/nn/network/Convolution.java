package io.syncnorm.nn.network;

import io.syncnorm.nn.Blas;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.Window;
import java.util.Arrays;

/**
 * A convolution: with P the windows of x as rows of a matrix ({@link Patches}), w {@code [window
 * height * window width * channels, filters]} and b {@code [filters]},
 *
 * <pre>
 * y  = P w (+ b)          y [rows, height, width, filters], that is [rows * positions, filters]
 * dw = P^T dy             db = sum of dy over rows and positions
 * dx = the sum of what dy w^T has for each pixel
 * </pre>
 *
 * <p>P is never there as a whole: it is gathered and multiplied in pieces of at most {@value
 * #MAX_PIECE} floats (or one line of an image, if that is more), which stay in the second-level
 * cache. If P is x itself, as for windows of one pixel, nothing is gathered.
 *
 * <p>With few filters a product is slow, and most of the time goes into copying overlapping
 * windows. So {@link FilterBlock} takes several neighbouring outputs as one output with more
 * filters, whose window is only a little wider.
 */
final class Convolution extends WeightedPass {
  /** Floats of the largest piece of P: 256 KB. */
  static final int MAX_PIECE = 1 << 16;

  private final Blas blas = Blas.instance();
  private final Patches patches;
  private final FilterBlock filters;
  private final int weights;
  private final int bias;

  /** Whether P is x itself. */
  private final boolean isDirect;

  private final int linesOfPiece;
  private final float[] piece;

  /** The bias of one wide row; empty if there is none. */
  private final float[] wideBias;

  private final double[] biasGradient;
  private final Channels outputs;
  private final int inputSize;
  private final int maxRows;

  /** Sparse rows with their zeros; empty until there are some. */
  private float[] expanded = NONE;

  /**
   * @param weights offset of the weights in the parameter vector
   * @param bias offset of the bias; -1 if there is none
   * @param maxRows rows of the largest batch
   */
  Convolution(Dimensions input, Layer.Convolution settings, int weights, int bias, int maxRows) {
    this(input, settings, weights, bias, maxRows, FilterBlock.size(input, settings));
  }

  /**
   * @param block neighbouring outputs to take as one, a divisor of the output's width
   */
  Convolution(
      Dimensions input, Layer.Convolution settings, int weights, int bias, int maxRows, int block) {
    Dimensions output = settings.output(input);
    this.weights = weights;
    this.bias = bias;
    this.inputSize = input.size();
    this.maxRows = maxRows;
    this.isDirect = isDirect(input, settings.window());
    int size = isDirect ? 1 : block;
    this.patches = new Patches(input, settings.window(), size);
    this.filters = new FilterBlock(input.channels(), settings, size);
    int line = patches.rowsOfLine() * patches.columns();
    this.linesOfPiece = linesOfPiece(output, line, maxRows);
    this.piece = isDirect ? NONE : new float[linesOfPiece * line];
    this.wideBias =
        bias < 0 ? NONE : new float[Channels.pixelsOfWideRow(output) * output.channels()];
    this.outputs = new Channels(output);
    this.biasGradient = new double[bias < 0 ? 0 : output.channels()];
  }

  private static int linesOfPiece(Dimensions output, int line, long maxRows) {
    return (int) Math.max(1, Math.min(maxRows * output.height(), MAX_PIECE / line));
  }

  /** Floats of the arrays to which windows and filters are copied. */
  static long bufferLength(Dimensions input, Layer.Convolution settings, long maxRows) {
    if (isDirect(input, settings.window())) {
      return 0;
    }
    int block = FilterBlock.size(input, settings);
    Patches patches = new Patches(input, settings.window(), block);
    int line = patches.rowsOfLine() * patches.columns();
    return (long) linesOfPiece(settings.output(input), line, maxRows) * line
        + FilterBlock.length(input.channels(), settings, block);
  }

  /** Whether the windows lie in the image one after the other. */
  private static boolean isDirect(Dimensions input, Window window) {
    boolean isPixel = window.positions() == 1 && window.strideX() == 1 && window.strideY() == 1;
    boolean isImage = window.height() == input.height() && window.width() == input.width();
    return (isPixel || isImage) && window.padding(input).equals(Window.Fixed.VALID);
  }

  @Override
  public void forward(float[] parameters, MiniBatch x, float[] y) {
    if (x.isSparse()) {
      expanded = expanded.length == 0 ? new float[maxRows * inputSize] : expanded;
      x.copyTo(expanded, inputSize);
      forward(parameters, expanded, 0, x.count(), y);
    } else {
      forward(parameters, x.features(), x.featuresAt(), x.count(), y);
    }
  }

  @Override
  public void parameterGradient(MiniBatch x, float[] dy, float[] gradient) {
    float[] features = x.isSparse() ? expanded : x.features();
    parameterGradient(features, x.isSparse() ? 0 : x.featuresAt(), dy, x.count(), gradient);
  }

  @Override
  void forward(float[] parameters, float[] x, int xAt, int rows, float[] y) {
    if (rows == 0) {
      return;
    }
    float[] w = filters.widen(parameters, weights);
    int wAt = w == parameters ? weights : 0;
    int in = filters.in();
    int out = filters.out();
    if (isDirect) {
      blas.multiply(x, xAt, w, wAt, y, 0, matrixRows(rows), in, out);
    } else {
      int lines = rows * patches.linesOfImage();
      for (int line = 0; line < lines; line += linesOfPiece) {
        int count = Math.min(linesOfPiece, lines - line);
        int matrixRow = line * patches.rowsOfLine();
        patches.gather(x, xAt, line, count, piece);
        blas.multiply(piece, 0, w, wAt, y, matrixRow * out, count * patches.rowsOfLine(), in, out);
      }
    }
    addBias(parameters, matrixRows(rows) * out, y);
  }

  /** Writes dw and db. */
  @Override
  void parameterGradient(float[] x, int xAt, float[] dy, int rows, float[] gradient) {
    float[] dw = filters.gradient(gradient);
    int dwAt = dw == gradient ? weights : 0;
    int in = filters.in();
    int out = filters.out();
    if (isDirect) {
      blas.multiplyTransposedLeft(x, xAt, dy, 0, 0f, dw, dwAt, matrixRows(rows), in, out);
    } else {
      int lines = rows * patches.linesOfImage();
      for (int line = 0; line < lines; line += linesOfPiece) {
        int count = Math.min(linesOfPiece, lines - line);
        int matrixRow = line * patches.rowsOfLine();
        patches.gather(x, xAt, line, count, piece);
        blas.multiplyTransposedLeft(
            piece,
            0,
            dy,
            matrixRow * out,
            line == 0 ? 0f : 1f,
            dw,
            dwAt,
            count * patches.rowsOfLine(),
            in,
            out);
      }
    }
    filters.narrow(dw, gradient, weights);
    biasGradient(dy, rows, gradient);
  }

  @Override
  void inputGradient(float[] parameters, float[] dy, int rows, float[] dx) {
    float[] w = filters.widen(parameters, weights);
    int wAt = w == parameters ? weights : 0;
    int in = filters.in();
    int out = filters.out();
    if (isDirect) {
      blas.multiplyTransposedRight(dy, 0, w, wAt, dx, matrixRows(rows), in, out);
      return;
    }
    Arrays.fill(dx, 0, rows * inputSize, 0f);
    int lines = rows * patches.linesOfImage();
    for (int line = 0; line < lines; line += linesOfPiece) {
      int count = Math.min(linesOfPiece, lines - line);
      int matrixRow = line * patches.rowsOfLine();
      blas.multiplyTransposedRight(
          dy, matrixRow * out, w, wAt, piece, count * patches.rowsOfLine(), in, out);
      patches.scatter(piece, line, count, dx);
    }
  }

  /** Rows of P for a batch. */
  private int matrixRows(int rows) {
    return rows * patches.linesOfImage() * patches.rowsOfLine();
  }

  private void addBias(float[] parameters, int length, float[] y) {
    if (bias < 0) {
      return;
    }
    Channels.repeat(parameters, bias, biasGradient.length, wideBias);
    for (int at = 0; at < length; at += wideBias.length) {
      for (int j = 0; j < wideBias.length; j++) {
        y[at + j] += wideBias[j];
      }
    }
  }

  private void biasGradient(float[] dy, int rows, float[] gradient) {
    if (bias < 0) {
      return;
    }
    Arrays.fill(biasGradient, 0);
    outputs.addSums(dy, rows, biasGradient);
    for (int j = 0; j < biasGradient.length; j++) {
      gradient[bias + j] = (float) biasGradient[j];
    }
  }
}
