package io.syncnorm.nn.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Batches;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine's float gradients against central differences of the double oracle. */
class GradientTest {
  /** A few roundings of float (6e-8) per sum of a dozen terms; central differences err by 1e-9. */
  private static final double TOLERANCE = 1e-6;

  /** Sums of all positions of an image, and up to ten layers, each of which rounds. */
  private static final double IMAGE_TOLERANCE = 2e-6;

  /** Far enough from where gradients nearly cancel: there they are mostly rounding error. */
  private static final double SPREAD = 0.2;

  private static final int INPUTS = 7;
  private static final int CLASSES = 4;
  private static final int ROWS = 12;
  private static final Layer.Bias NONE = Layer.Bias.NONE;
  private static final Layer.Bias TRAINED = Layer.Bias.TRAINED;

  static Stream<Arguments> networks() {
    Optional<Layer.BatchNormalization> batchNorm =
        Optional.of(new Layer.BatchNormalization(0.9, 1e-3));
    Optional<Layer.BatchNormalization> none = Optional.empty();
    // Without an activation the next normalization cancels beta, and its gradient is noise.
    Stream<Arguments> perceptrons =
        Stream.of(Activation.values())
            .filter(activation -> activation != Activation.IDENTITY)
            .flatMap(
                activation ->
                    Stream.of(batchNorm, none)
                        .flatMap(
                            normalization ->
                                Stream.of(List.<Integer>of(), List.of(6), List.of(8, 5))
                                    .map(
                                        hidden ->
                                            Arguments.of(
                                                Architecture.perceptron(
                                                    INPUTS,
                                                    hidden,
                                                    CLASSES,
                                                    activation,
                                                    normalization)))));
    return Stream.concat(perceptrons, convolutional().map(Arguments::of));
  }

  /** Every layer, in chains in which arrays are overwritten and must not be. */
  private static Stream<Architecture> convolutional() {
    Layer norm = new Layer.BatchNormalization(0.9, 1e-3);
    Layer tanh = new Layer.Activated(Activation.TANH);
    Layer elu = new Layer.Activated(Activation.ELU, 0.7);
    Layer leaky = new Layer.Activated(Activation.LEAKY_RELU, 0.2);
    Window two = Window.square(2, 2, Window.Fixed.VALID);
    Window same = Window.square(3, 2, new Window.Same());
    Layer max = new Layer.MaxPooling(two);
    Layer overlapping = new Layer.MaxPooling(Window.square(2, 1, Window.Fixed.VALID));
    Layer relu = new Layer.Activated(Activation.RELU);
    Layer mean = new Layer.AveragePooling(same, Layer.AveragePooling.Divisor.PIXELS_OF_IMAGE);
    return Stream.of(
            List.of(
                conv(3, 3, NONE),
                norm,
                tanh,
                max,
                conv(4, 2, NONE),
                norm,
                elu,
                dense(5, NONE),
                norm,
                tanh),
            List.of(
                conv(3, 3, TRAINED),
                tanh,
                max,
                conv(4, 2, TRAINED),
                elu,
                new Layer.Flatten(),
                dense(5, TRAINED),
                tanh),
            List.of(
                norm,
                conv(4, 3, TRAINED),
                tanh,
                norm,
                mean,
                leaky,
                new Layer.GlobalAveragePooling()),
            List.of(new Layer.ChannelsLast(), conv(3, 2, NONE), norm, tanh, mean, max),
            List.of(max, tanh, tanh, norm, dense(6, TRAINED), elu, norm),
            List.of(norm, relu, max, conv(4, 2, NONE), norm, overlapping, tanh),
            List.of(
                tanh,
                new Layer.Convolution(
                    5, new Window(3, 2, 2, 1, new Window.Fixed(1, 0, 0, 1)), NONE),
                mean,
                norm))
        .map(layers -> new Architecture(new Dimensions(7, 6, 2), layers, CLASSES));
  }

  private static Layer conv(int filters, int size, Layer.Bias bias) {
    return new Layer.Convolution(filters, Window.square(size, 1, Window.Fixed.VALID), bias);
  }

  private static Layer dense(int width, Layer.Bias bias) {
    return new Layer.Dense(width, bias);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void shouldAgreeWithCentralDifferencesInEveryLayer(Architecture architecture) {
    Problem problem = new Problem(architecture, 3);
    float[] gradient = new float[problem.state.parameters().length];
    Network network = new Network(architecture, ROWS, RankReduction.NONE);
    MiniBatch batch = Batches.of(problem.features(), problem.labels, ROWS);
    network.forward(problem.state, batch);
    double loss = network.lossSum();
    network.backward(problem.state, batch, gradient);
    double[] ones = new double[ROWS];
    Arrays.fill(ones, 1);
    assertAgrees(architecture, problem, ones, loss, gradient);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void shouldAgreeWithCentralDifferencesOfTheWeightedLoss(Architecture architecture) {
    Problem problem = new Problem(architecture, 4);
    float[] weights = {0, 0.25f, 1, 3, 0.5f, 2, 0, 1, 1.75f, 0.125f, 4, 1};
    float[] gradient = new float[problem.state.parameters().length];
    Network network = new Network(architecture, ROWS, RankReduction.NONE);
    MiniBatch batch = new MiniBatch(problem.features(), problem.labels, weights).show(0, ROWS);
    network.forward(problem.state, batch);
    double loss = network.lossSum();
    network.backward(problem.state, batch, gradient);
    double[] exact = IntStream.range(0, ROWS).mapToDouble(row -> weights[row]).toArray();
    assertEquals(14.625, network.weightSum());
    assertAgrees(architecture, problem, exact, loss, gradient);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void shouldAgreeWithCentralDifferencesForSparseRows(Architecture architecture) {
    Problem problem = new Problem(architecture, 5);
    int inputs = architecture.inputs();
    for (int i = 0; i < ROWS * inputs; i++) {
      problem.x[i / inputs][i % inputs] *= i % 3 == 0 ? 1 : 0;
    }
    float[] weights = {1, 0.25f, 1, 3, 0.5f, 2, 0, 1, 1.75f, 0.125f, 4, 1};
    float[] gradient = new float[problem.state.parameters().length];
    Network network = new Network(architecture, ROWS, RankReduction.NONE);
    MiniBatch batch = Batches.sparse(problem.features(), inputs, problem.labels, weights);
    network.forward(problem.state, batch);
    double loss = network.lossSum();
    network.backward(problem.state, batch, gradient);
    double[] exact = IntStream.range(0, ROWS).mapToDouble(row -> weights[row]).toArray();
    assertAgrees(architecture, problem, exact, loss, gradient);
  }

  private static void assertAgrees(
      Architecture architecture, Problem problem, double[] weights, double loss, float[] gradient) {
    DoubleNetwork oracle = new DoubleNetwork(architecture);
    double[] expected = oracle.gradient(problem.parameters(), problem.x, problem.labels, weights);
    assertEquals(oracle.loss(problem.parameters(), problem.x, problem.labels, weights), loss, 1e-5);
    double tolerance = architecture.input().positions() > 1 ? IMAGE_TOLERANCE : TOLERANCE;
    for (ParameterLayout.Weights layer : ParameterLayout.of(architecture).weights()) {
      assertClose(
          "weights of " + layer,
          tolerance,
          expected,
          gradient,
          layer.weights(),
          layer.in() * layer.out());
      if (layer.hasBias()) {
        assertClose("bias of " + layer, tolerance, expected, gradient, layer.bias(), layer.out());
      }
    }
    for (ParameterLayout.Normalization each : ParameterLayout.of(architecture).normalizations()) {
      assertClose("gamma of " + each, tolerance, expected, gradient, each.gamma(), each.features());
      assertClose("beta of " + each, tolerance, expected, gradient, each.beta(), each.features());
    }
  }

  private static void assertClose(
      String what, double tolerance, double[] expected, float[] found, int offset, int length) {
    double difference = 0;
    double norm = 0;
    for (int i = offset; i < offset + length; i++) {
      difference += Math.pow(expected[i] - found[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double relative = Math.sqrt(difference / norm);
    assertTrue(relative <= tolerance, what + ": relative error " + relative);
  }

  /** Random rows and random parameters, none of them at a special value. */
  private static final class Problem {
    final double[][] x;
    final int[] labels = new int[ROWS];
    final NetworkState state;

    Problem(Architecture architecture, long seed) {
      Random random = new Random(seed);
      x = new double[ROWS][architecture.inputs()];
      for (int row = 0; row < ROWS; row++) {
        for (int k = 0; k < x[row].length; k++) {
          x[row][k] = (float) random.nextGaussian();
        }
        labels[row] = random.nextInt(CLASSES);
      }
      state = NetworkState.initial(architecture, seed);
      for (int i = 0; i < state.parameters().length; i++) {
        state.parameters()[i] += (float) (SPREAD * random.nextGaussian());
      }
    }

    float[] features() {
      int inputs = x[0].length;
      float[] features = new float[ROWS * inputs];
      for (int i = 0; i < features.length; i++) {
        features[i] = (float) x[i / inputs][i % inputs];
      }
      return features;
    }

    double[] parameters() {
      double[] parameters = new double[state.parameters().length];
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = state.parameters()[i];
      }
      return parameters;
    }
  }
}
