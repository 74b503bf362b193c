package io.syncnorm.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
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

  private static final int INPUTS = 7;
  private static final int CLASSES = 4;
  private static final int ROWS = 12;

  static Stream<Arguments> networks() {
    Architecture.Normalization batchNorm = new Architecture.BatchNormalized(0.9, 1e-3);
    Architecture.Normalization none = new Architecture.None();
    // Without an activation the next normalization cancels beta, and its gradient is noise.
    return Stream.of(Activation.values())
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
                                            Architecture.uniform(
                                                INPUTS,
                                                hidden,
                                                CLASSES,
                                                activation,
                                                normalization)))));
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
    for (int i = 0; i < ROWS * INPUTS; i++) {
      problem.x[i / INPUTS][i % INPUTS] *= i % 3 == 0 ? 1 : 0;
    }
    float[] weights = {1, 0.25f, 1, 3, 0.5f, 2, 0, 1, 1.75f, 0.125f, 4, 1};
    float[] gradient = new float[problem.state.parameters().length];
    Network network = new Network(architecture, ROWS, RankReduction.NONE);
    MiniBatch batch = Batches.sparse(problem.features(), INPUTS, problem.labels, weights);
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
    for (ParameterLayout.Layer layer : ParameterLayout.of(architecture).layers()) {
      assertClose(
          "weights of " + layer, expected, gradient, layer.weights(), layer.in() * layer.out());
      assertClose("bias or beta of " + layer, expected, gradient, layer.shift(), layer.out());
      if (layer.normalized()) {
        assertClose("gamma of " + layer, expected, gradient, layer.gamma(), layer.out());
      }
    }
  }

  private static void assertClose(
      String what, double[] expected, float[] found, int offset, int length) {
    double difference = 0;
    double norm = 0;
    for (int i = offset; i < offset + length; i++) {
      difference += Math.pow(expected[i] - found[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double relative = Math.sqrt(difference / norm);
    assertTrue(relative <= TOLERANCE, what + ": relative error " + relative);
  }

  /** Random rows and random parameters, none of them at a special value. */
  private static final class Problem {
    final double[][] x = new double[ROWS][INPUTS];
    final int[] labels = new int[ROWS];
    final NetworkState state;

    Problem(Architecture architecture, long seed) {
      Random random = new Random(seed);
      for (int row = 0; row < ROWS; row++) {
        for (int k = 0; k < INPUTS; k++) {
          x[row][k] = (float) random.nextGaussian();
        }
        labels[row] = random.nextInt(CLASSES);
      }
      state = NetworkState.initial(architecture, seed);
      for (int i = 0; i < state.parameters().length; i++) {
        state.parameters()[i] += (float) (0.1 * random.nextGaussian());
      }
    }

    float[] features() {
      float[] features = new float[ROWS * INPUTS];
      for (int i = 0; i < features.length; i++) {
        features[i] = (float) x[i / INPUTS][i % INPUTS];
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
