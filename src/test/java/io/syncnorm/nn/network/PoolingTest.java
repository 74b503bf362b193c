package io.syncnorm.nn.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Window;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Poolings, and the change of order, against their definitions in double. */
class PoolingTest {
  private static final float[] NO_PARAMETERS = {};
  private static final int ROWS = 3;

  static Stream<Arguments> windows() {
    Window.Padding valid = Window.Fixed.VALID;
    Window.Padding same = new Window.Same();
    return Stream.of(
        Arguments.of(new Dimensions(4, 6, 3), Window.square(2, 2, valid)),
        Arguments.of(new Dimensions(5, 7, 2), Window.square(2, 2, valid)),
        Arguments.of(new Dimensions(5, 7, 2), Window.square(2, 2, same)),
        Arguments.of(new Dimensions(5, 6, 1), Window.square(3, 2, same)),
        Arguments.of(new Dimensions(6, 5, 2), Window.square(3, 1, valid)),
        Arguments.of(new Dimensions(6, 5, 2), Window.square(2, 3, valid)),
        Arguments.of(new Dimensions(6, 5, 2), Window.square(1, 1, valid)),
        Arguments.of(new Dimensions(4, 4, 2), new Window(4, 4, 1, 1, valid)),
        Arguments.of(
            new Dimensions(5, 4, 2), new Window(3, 2, 2, 1, new Window.Fixed(2, 1, 1, 1))));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void maxShouldAgreeWithTheDefinition(Dimensions input, Window window) {
    Layer.MaxPooling settings = new Layer.MaxPooling(window);
    float[] x = distinct(ROWS * input.size());
    new LayerOracle(
            new MaxPooling(input, settings, ROWS),
            NO_PARAMETERS,
            x,
            ROWS * settings.output(input).size(),
            ROWS)
        .assertAgrees((p, z) -> max(input, window, z), NO_PARAMETERS, x);
  }

  @ParameterizedTest
  @MethodSource("windows")
  void meanShouldAgreeWithTheDefinition(Dimensions input, Window window) {
    for (Layer.AveragePooling.Divisor divisor : Layer.AveragePooling.Divisor.values()) {
      Layer.AveragePooling settings = new Layer.AveragePooling(window, divisor);
      float[] x = LayerOracle.gaussians(ROWS * input.size(), 3);
      new LayerOracle(
              new AveragePooling(input, settings),
              NO_PARAMETERS,
              x,
              ROWS * settings.output(input).size(),
              ROWS)
          .assertAgrees((p, z) -> mean(input, window, divisor, z), NO_PARAMETERS, x);
    }
  }

  @Test
  void globalMeanShouldBeThatOfAllPositions() {
    Dimensions input = new Dimensions(3, 5, 4);
    Window image = new Window(3, 5, 1, 1, Window.Fixed.VALID);
    float[] x = LayerOracle.gaussians(ROWS * input.size(), 3);
    new LayerOracle(AveragePooling.global(input), NO_PARAMETERS, x, ROWS * 4, ROWS)
        .assertAgrees(
            (p, z) -> mean(input, image, Layer.AveragePooling.Divisor.WINDOW, z), NO_PARAMETERS, x);
  }

  @Test
  void maxShouldNeverBePaddingAndGiveTheGradientToTheFirstOfEqualValues() {
    Dimensions input = new Dimensions(2, 3, 1);
    Layer.MaxPooling settings = new Layer.MaxPooling(Window.square(2, 2, new Window.Same()));
    MaxPooling pass = new MaxPooling(input, settings, 1);
    NetworkState state = new NetworkState(NO_PARAMETERS, NO_PARAMETERS);
    float[] x = {-3, -1, -5, -1, -1, -5};
    float[] y = new float[2];
    pass.forward(Network.Mode.TRAINING, state, x, 1, y);
    assertArrayEquals(new float[] {-1, -5}, y);
    float[] dx = {9, 9, 9, 9, 9, 9};
    pass.backward(NO_PARAMETERS, x, y, new float[] {2, 7}, 1, NO_PARAMETERS, dx, LayerPass.NOTHING);
    assertArrayEquals(new float[] {0, 2, 7, 0, 0, 0}, dx);
  }

  /** {@link Chain} relies on it. */
  @ParameterizedTest
  @MethodSource("windows")
  void reluAndMaxShouldGiveTheSameBitsInEitherOrder(Dimensions input, Window window) {
    int inputs = ROWS * input.size();
    int outputs = ROWS * window.over(input, input.channels()).size();
    float[] x = new float[inputs];
    for (int i = 0; i < inputs; i++) {
      x[i] = Math.round(LayerOracle.gaussians(inputs, 5)[i]); // many are equal, many are zero
    }
    float[] dy = LayerOracle.gaussians(outputs, 6);
    NetworkState state = new NetworkState(NO_PARAMETERS, NO_PARAMETERS);
    Layer.Activated relu = new Layer.Activated(Activation.RELU);
    Runnable none = LayerPass.NOTHING;

    MaxPooling pooling = new MaxPooling(input, new Layer.MaxPooling(window), ROWS);
    ActivationPass before = new ActivationPass(relu, input.size());
    float[] positive = new float[inputs];
    float[] y = new float[outputs];
    before.forward(Network.Mode.TRAINING, state, x, ROWS, positive);
    pooling.forward(Network.Mode.TRAINING, state, positive, ROWS, y);
    float[] dx = new float[inputs];
    pooling.backward(NO_PARAMETERS, positive, y, dy, ROWS, NO_PARAMETERS, dx, none);
    before.backward(NO_PARAMETERS, x, positive, dx, ROWS, NO_PARAMETERS, dx, none);

    ActivationPass after = new ActivationPass(relu, outputs / ROWS);
    float[] swapped = new float[outputs];
    pooling.forward(Network.Mode.TRAINING, state, x, ROWS, swapped);
    after.forward(Network.Mode.TRAINING, state, swapped, ROWS, swapped);
    float[] dSwapped = new float[inputs];
    after.backward(NO_PARAMETERS, swapped, swapped, dy, ROWS, NO_PARAMETERS, dy, none);
    pooling.backward(NO_PARAMETERS, x, swapped, dy, ROWS, NO_PARAMETERS, dSwapped, none);

    assertArrayEquals(y, swapped);
    // Zeros may differ in sign.
    assertArrayEquals(LayerOracle.doubles(dx), LayerOracle.doubles(dSwapped), 0.0);
  }

  @Test
  void channelsLastShouldPermute() {
    Dimensions input = new Dimensions(2, 3, 2);
    float[] x = LayerOracle.gaussians(ROWS * input.size(), 3);
    new LayerOracle(new ChannelsLast(input), NO_PARAMETERS, x, x.length, ROWS)
        .assertAgrees((p, z) -> channelsLast(z), NO_PARAMETERS, x);
    float[] y = new float[12];
    new ChannelsLast(input).forwardFrom(x, 12, 1, y);
    assertArrayEquals(new float[] {x[12], x[18], x[13], x[19]}, Arrays.copyOf(y, 4));
  }

  private static double[] channelsLast(double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i / 12 * 12 + i % 6 * 2 + i / 6 % 2] = x[i];
    }
    return y;
  }

  static double[] max(Dimensions input, Window window, double[] x) {
    double[] y = new double[x.length / input.size() * window.over(input, input.channels()).size()];
    Arrays.fill(y, Double.NEGATIVE_INFINITY);
    visit(input, window, y.length, (out, in) -> y[out] = Math.max(y[out], x[in]));
    return y;
  }

  private static double[] mean(
      Dimensions input, Window window, Layer.AveragePooling.Divisor divisor, double[] x) {
    double[] y = new double[x.length / input.size() * window.over(input, input.channels()).size()];
    int[] pixels = new int[y.length];
    visit(
        input,
        window,
        y.length,
        (out, in) -> {
          y[out] += x[in];
          pixels[out]++;
        });
    for (int i = 0; i < y.length; i++) {
      y[i] /= divisor == Layer.AveragePooling.Divisor.WINDOW ? window.positions() : pixels[i];
    }
    return y;
  }

  private interface Pair {
    void see(int out, int in);
  }

  /** Calls {@code pair} for each output and each of its inputs. */
  private static void visit(Dimensions input, Window window, int outputs, Pair pair) {
    Dimensions output = window.over(input, input.channels());
    Window.Fixed rim = window.padding(input);
    for (int i = 0; i < outputs; i++) {
      int c = i % output.channels();
      int ox = i / output.channels() % output.width();
      int oy = i / output.channels() / output.width() % output.height();
      int row = i / output.size();
      for (int ky = 0; ky < window.height(); ky++) {
        for (int kx = 0; kx < window.width(); kx++) {
          int iy = oy * window.strideY() + ky - rim.top();
          int ix = ox * window.strideX() + kx - rim.left();
          if (iy >= 0 && iy < input.height() && ix >= 0 && ix < input.width()) {
            pair.see(i, ((row * input.height() + iy) * input.width() + ix) * input.channels() + c);
          }
        }
      }
    }
  }

  /** Values whose order no small step changes. */
  static float[] distinct(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (i - length / 2) / 16f;
    }
    Random random = new Random(4);
    for (int i = length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      float value = values[i];
      values[i] = values[other];
      values[other] = value;
    }
    return values;
  }
}
