package io.syncnorm.nn.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Window;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions against the plain sum over a window, in double. */
class ConvolutionTest {
  private static final Window.Padding VALID = Window.Fixed.VALID;
  private static final Window.Padding SAME = new Window.Same();

  /** Where the weights begin, to see offsets. */
  private static final int WEIGHTS = 2;

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(new Dimensions(6, 6, 1), Window.square(3, 1, VALID), 2),
        Arguments.of(new Dimensions(7, 9, 2), Window.square(3, 1, VALID), 3),
        Arguments.of(new Dimensions(8, 8, 3), Window.square(3, 1, SAME), 5),
        Arguments.of(new Dimensions(7, 5, 2), Window.square(3, 2, SAME), 4),
        Arguments.of(new Dimensions(8, 10, 2), Window.square(2, 2, SAME), 3),
        Arguments.of(new Dimensions(6, 7, 1), new Window(4, 2, 1, 3, SAME), 2),
        Arguments.of(new Dimensions(5, 6, 2), new Window(2, 3, 2, 1, VALID), 8),
        Arguments.of(
            new Dimensions(5, 6, 2), new Window(3, 4, 1, 2, new Window.Fixed(2, 0, 3, 1)), 2),
        Arguments.of(
            new Dimensions(3, 3, 1), new Window(3, 3, 1, 1, new Window.Fixed(2, 2, 2, 2)), 2),
        Arguments.of(new Dimensions(2, 2, 3), Window.square(5, 1, SAME), 2),
        Arguments.of(new Dimensions(4, 6, 3), Window.square(1, 1, VALID), 4),
        Arguments.of(new Dimensions(4, 6, 3), Window.square(1, 2, VALID), 4),
        Arguments.of(new Dimensions(4, 6, 3), Window.square(1, 2, SAME), 4),
        Arguments.of(new Dimensions(4, 3, 2), new Window(4, 3, 1, 1, VALID), 6),
        Arguments.of(new Dimensions(1, 1, 7), Window.square(1, 1, VALID), 3),
        Arguments.of(new Dimensions(1, 12, 2), new Window(1, 5, 1, 1, VALID), 3),
        Arguments.of(new Dimensions(12, 1, 2), new Window(5, 1, 1, 1, SAME), 3));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shouldAgreeWithTheSumOverTheWindow(Dimensions input, Window window, int filters) {
    int rows = 2;
    for (Layer.Bias bias : Layer.Bias.values()) {
      Layer.Convolution settings = new Layer.Convolution(filters, window, bias);
      int weights = settings.fanIn(input) * filters;
      boolean hasBias = bias == Layer.Bias.TRAINED;
      int biasAt = hasBias ? WEIGHTS + weights : -1;
      float[] parameters = LayerOracle.gaussians(WEIGHTS + weights + filters, 1);
      float[] x = LayerOracle.gaussians(rows * input.size(), 2);
      for (int block : blocks(settings.output(input).width())) {
        Convolution pass = new Convolution(input, settings, WEIGHTS, biasAt, rows, block);
        int outputs = rows * settings.output(input).size();
        LayerOracle oracle = new LayerOracle(pass, parameters, x, outputs, rows);
        keepUnused(oracle.gradient, hasBias ? 0 : filters);
        oracle.assertAgrees((p, z) -> formula(input, settings, p, biasAt, z), parameters, x);
      }
    }
  }

  /** The vector's entries of other layers must not change; then clears them for the comparison. */
  private static void keepUnused(float[] gradient, int unusedAtEnd) {
    float[] before = LayerOracle.gaussians(gradient.length, 11);
    for (int i = 0; i < gradient.length; i++) {
      if (i < WEIGHTS || i >= gradient.length - unusedAtEnd) {
        assertTrue(before[i] == gradient[i], "entry of another layer");
        gradient[i] = 0f;
      }
    }
  }

  private static int[] blocks(int width) {
    return IntStream.rangeClosed(1, width).filter(block -> width % block == 0).toArray();
  }

  /** The definition, with zeros around the image. */
  private static double[] formula(
      Dimensions input, Layer.Convolution settings, double[] p, int bias, double[] x) {
    Window window = settings.window();
    Dimensions output = settings.output(input);
    int rows = x.length / input.size();
    int filters = settings.width();
    double[] y = new double[rows * output.size()];
    for (int i = 0; i < y.length; i++) {
      int f = i % filters;
      int ox = i / filters % output.width();
      int oy = i / filters / output.width() % output.height();
      int row = i / output.size();
      double sum = bias < 0 ? 0 : p[bias + f];
      for (int ky = 0; ky < window.height(); ky++) {
        for (int kx = 0; kx < window.width(); kx++) {
          int iy = oy * window.strideY() + ky - window.padding(input).top();
          int ix = ox * window.strideX() + kx - window.padding(input).left();
          if (iy >= 0 && iy < input.height() && ix >= 0 && ix < input.width()) {
            for (int c = 0; c < input.channels(); c++) {
              int pixel = ((row * input.height() + iy) * input.width() + ix) * input.channels();
              int weight = (ky * window.width() + kx) * input.channels() + c;
              sum += x[pixel + c] * p[WEIGHTS + weight * filters + f];
            }
          }
        }
      }
      y[i] = sum;
    }
    return y;
  }

  @Test
  void shouldNotDependOnPiecesOrOnPlacesInArrays() {
    // Three images have more windows than one piece, which ends within an image.
    Dimensions input = new Dimensions(40, 40, 3);
    Layer.Convolution settings =
        new Layer.Convolution(4, Window.square(5, 1, SAME), Layer.Bias.TRAINED);
    int rows = 3;
    float[] parameters = LayerOracle.gaussians(75 * 4 + 4, 1);
    float[] x = LayerOracle.gaussians(rows * input.size(), 2);
    float[] expected = new float[rows * 1600 * 4];
    for (int row = 0; row < rows; row++) {
      float[] image = Arrays.copyOfRange(x, row * input.size(), (row + 1) * input.size());
      double[] y = formula(input, settings, shifted(parameters), 302, LayerOracle.doubles(image));
      for (int i = 0; i < y.length; i++) {
        expected[row * y.length + i] = (float) y[i];
      }
    }
    Convolution pass = new Convolution(input, settings, 0, 300, rows);
    float[] y = new float[expected.length];
    pass.forward(parameters, x, 0, rows, y);
    // Sums of 75 products of numbers around one, in float.
    assertArrayEquals(expected, y, 1e-4f);

    float[] shifted = new float[x.length + 5];
    System.arraycopy(x, 0, shifted, 5, x.length);
    float[] again = new float[expected.length];
    pass.forward(parameters, shifted, 5, rows, again);
    assertArrayEquals(y, again);

    float[] dy = LayerOracle.gaussians(expected.length, 3);
    float[] gradient = new float[304];
    float[] gradientAgain = new float[304];
    pass.parameterGradient(x, 0, dy, rows, gradient);
    pass.parameterGradient(shifted, 5, dy, rows, gradientAgain);
    assertArrayEquals(gradient, gradientAgain);
    float[] dx = new float[x.length];
    pass.inputGradient(parameters, dy, rows, dx);
    float[] dxOfRow = new float[input.size()];
    double[] sum = new double[304];
    float[] one = new float[304];
    for (int row = 0; row < rows; row++) {
      float[] ofRow = Arrays.copyOfRange(dy, row * 6400, (row + 1) * 6400);
      pass.parameterGradient(x, row * input.size(), ofRow, 1, one);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += one[i];
      }
      pass.inputGradient(parameters, ofRow, 1, dxOfRow);
      float[] found = Arrays.copyOfRange(dx, row * input.size(), (row + 1) * input.size());
      // Sums of 100 products of numbers around one, in float, in another order.
      assertArrayEquals(dxOfRow, found, 1e-4f);
    }
    LayerOracle.assertClose("gradient", sum, gradient);
  }

  /** Parameters as {@link #formula} expects them. */
  private static double[] shifted(float[] parameters) {
    double[] doubles = new double[WEIGHTS + parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      doubles[WEIGHTS + i] = parameters[i];
    }
    return doubles;
  }

  @Test
  void shouldDoNothingWithoutRows() {
    Dimensions input = new Dimensions(4, 4, 1);
    Layer.Convolution settings =
        new Layer.Convolution(2, Window.square(3, 1, VALID), Layer.Bias.TRAINED);
    Convolution pass = new Convolution(input, settings, 0, 18, 4);
    float[] parameters = LayerOracle.gaussians(20, 1);
    float[] gradient = {1, 2, 3};
    float[] none = new float[0];
    pass.forward(parameters, none, 0, 0, none);
    pass.backward(parameters, none, none, none, 0, gradient, new float[5], () -> {}).run();
    assertArrayEquals(new float[] {1, 2, 3}, gradient);
  }

  @Test
  void shouldAllocateNothingInAWarmStep() {
    Dimensions input = new Dimensions(12, 12, 2);
    Layer.Convolution settings =
        new Layer.Convolution(8, Window.square(5, 1, SAME), Layer.Bias.TRAINED);
    int rows = 4;
    NetworkState state = new NetworkState(LayerOracle.gaussians(408, 1), new float[0]);
    Convolution pass = new Convolution(input, settings, 0, 400, rows);
    float[] x = LayerOracle.gaussians(rows * input.size(), 2);
    float[] y = new float[rows * settings.output(input).size()];
    float[] dx = new float[x.length];
    float[] gradient = new float[408];
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    int steps = 1000;
    // What a step allocates, every round has; the JVM allocates some things once.
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      long before = threads.getThreadAllocatedBytes(self);
      for (int step = 0; step < steps; step++) {
        pass.forward(Network.Mode.TRAINING, state, x, rows, y);
        pass.backward(state.parameters(), x, y, y, rows, gradient, dx, LayerPass.NOTHING).run();
      }
      allocated = Math.min(allocated, threads.getThreadAllocatedBytes(self) - before);
    }
    assertTrue(allocated < steps, "bytes allocated: " + allocated);
  }
}
