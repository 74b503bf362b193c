package io.syncnorm.dl4j.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.dl4j.FusableImages;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Compares translated networks with DL4J's own layers. */
class FusedReaderTest {
  /** Relative difference of float computations in another order of summation. */
  private static final double TOLERANCE = 1e-5;

  /** The same after 20 steps, each of which adds rounding of its own. */
  private static final double TOLERANCE_OF_TRAINING = 1e-4;

  private static final int ROWS = 12;
  private static final double RATE = 0.05;

  @ParameterizedTest
  @EnumSource(FusableImages.class)
  void shouldPredictAsDl4jDoes(FusableImages kind) {
    Problem problem = new Problem(kind);
    for (int step = 0; step < 3; step++) {
      problem.dl4j.fit(problem.rows()); // moves the running statistics
    }
    float[] expected = problem.dl4j.output(problem.features, false).dup('c').data().asFloat();
    NetworkState state = problem.fused.state(problem.flat());
    float[] found = Arrays.copyOf(problem.network.predict(state, problem.x, ROWS), expected.length);
    assertArrayEquals(expected, found, 1e-5f);
    assertArrayEquals(problem.flat(), problem.fused.flat(state, problem.flat()), 1e-6f);
  }

  @ParameterizedTest
  @EnumSource(FusableImages.class)
  void shouldHaveTheGradientAndLossOfDl4jLayers(FusableImages kind) {
    Problem problem = new Problem(kind);
    problem.dl4j.setInput(problem.features);
    problem.dl4j.setLabels(problem.labels);
    problem.dl4j.computeGradientAndScore();
    float[] expected = problem.dl4j.getFlattenedGradients().dup('c').data().asFloat();

    NetworkState state = problem.fused.state(problem.flat());
    float[] gradient = new float[problem.fused.places().length];
    problem.network.forward(state, problem.batch());
    problem.network.backward(state, problem.batch(), gradient);
    assertEquals(problem.dl4j.score(), problem.network.lossSum() / ROWS, TOLERANCE);
    float[] ordered = new float[gradient.length];
    for (int i = 0; i < ordered.length; i++) {
      ordered[i] = expected[problem.fused.places()[i]];
    }
    assertClose(ordered, gradient, TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(FusableImages.class)
  void shouldTrainAsDl4jDoes(FusableImages kind) {
    Problem problem = new Problem(kind);
    float[] before = problem.flat();
    NetworkState state = problem.fused.state(before);
    float[] gradient = new float[problem.fused.places().length];
    for (int step = 0; step < 20; step++) {
      problem.network.forward(state, problem.batch());
      problem.network.backward(state, problem.batch(), gradient);
      for (int i = 0; i < gradient.length; i++) {
        state.parameters()[i] -= (float) (RATE * gradient[i] / ROWS);
      }
      problem.dl4j.fit(problem.rows());
    }
    assertClose(problem.flat(), problem.fused.flat(state, before), TOLERANCE_OF_TRAINING);
  }

  /** At a rate of 0 only the running statistics move. */
  @ParameterizedTest
  @EnumSource(FusableImages.class)
  void shouldMoveRunningStatisticsAsDl4jDoes(FusableImages kind) {
    Problem problem = new Problem(kind);
    problem.dl4j.setLearningRate(0);
    NetworkState state = problem.fused.state(problem.flat());
    for (int step = 0; step < 20; step++) {
      problem.network.forward(state, problem.batch());
      problem.dl4j.fit(problem.rows());
    }
    float[] expected = problem.fused.state(problem.flat()).statistics();
    if (expected.length > 0) {
      assertClose(expected, state.statistics(), TOLERANCE);
    }
  }

  private static void assertClose(float[] expected, float[] found, double tolerance) {
    assertEquals(expected.length, found.length);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(expected[i] - found[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double relative = Math.sqrt(difference / norm);
    assertTrue(relative <= tolerance, "relative difference " + relative);
  }

  /** A network in both engines, and rows. */
  private static final class Problem {
    final MultiLayerNetwork dl4j;
    final FusedNetwork fused;
    final Network network;
    final INDArray features;
    final INDArray labels = Nd4j.zeros(ROWS, FusableImages.CLASSES);
    final float[] x;
    final int[] classes = new int[ROWS];

    Problem(FusableImages kind) {
      dl4j = kind.network(new Sgd(RATE));
      FusedChain chain = FusedReader.read(dl4j.getLayerWiseConfigurations(), 2);
      long[] shape = new long[kind.rowShape().length + 1];
      shape[0] = ROWS;
      System.arraycopy(kind.rowShape(), 0, shape, 1, kind.rowShape().length);
      fused = chain.network(chain.form().sizesOf(shape));
      network = new Network(fused.blueprint().architecture(), ROWS, RankReduction.NONE);
      Random random = new Random(3);
      x = new float[ROWS * fused.blueprint().architecture().inputs()];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) (1 + random.nextGaussian());
      }
      features = Nd4j.createFromArray(x).reshape(shape);
      for (int row = 0; row < ROWS; row++) {
        classes[row] = random.nextInt(FusableImages.CLASSES);
        labels.putScalar(row, classes[row], 1);
      }
    }

    DataSet rows() {
      return new DataSet(features, labels);
    }

    MiniBatch batch() {
      float[] weights = new float[ROWS];
      Arrays.fill(weights, 1);
      return new MiniBatch(x, classes, weights).show(0, ROWS);
    }

    float[] flat() {
      return dl4j.params().dup('c').data().asFloat();
    }
  }
}
