package io.syncnorm.nn.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Batches;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.optimizer.Adam;
import io.syncnorm.nn.optimizer.Optimizer;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static final Architecture ARCHITECTURE =
      Architecture.perceptron(
          20,
          List.of(16, 8),
          3,
          Activation.RELU,
          Optional.of(new Layer.BatchNormalization(0.9, 1e-3)));

  @Test
  void shouldAllocateNothingInAWarmStep() {
    Network network = new Network(ARCHITECTURE, 8, RankReduction.NONE);
    NetworkState state = NetworkState.initial(ARCHITECTURE, 1);
    float[] gradient = new float[state.parameters().length];
    Optimizer adam = new Adam.Rule(1e-3, 0.9, 0.999, 1e-7).optimizer(gradient.length);
    float[] x = new float[8 * 20];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 7;
    }
    MiniBatch batch = Batches.of(x, new int[] {0, 1, 2, 0, 1, 2, 0, 1}, 8);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    int steps = 1000;
    long allocated = 0;
    for (int round = 0; round < 3; round++) { // only the last round counts, after warm-up
      long before = threads.getThreadAllocatedBytes(self);
      for (int step = 0; step < steps; step++) {
        network.forward(state, batch);
        network.backward(state, batch, gradient);
        adam.update(state.parameters(), gradient, 1f / 8);
      }
      allocated = threads.getThreadAllocatedBytes(self) - before;
    }
    assertTrue(
        allocated < steps,
        String.format(Locale.ROOT, "bytes allocated in %d steps: %d", steps, allocated));
  }

  @Test
  void shouldComputeOneGradientWheneverAnExchangeLetsItWork() {
    float[] before =
        gradient(
            (layer, direction, values, fold, meanwhile) -> {
              meanwhile.run();
              fold.accept(values, others(direction, values.length));
            });
    float[] after =
        gradient(
            (layer, direction, values, fold, meanwhile) -> {
              fold.accept(values, others(direction, values.length));
              meanwhile.run();
            });
    assertArrayEquals(before, after);
    assertFalse(Arrays.equals(before, gradient(RankReduction.NONE)));
  }

  /** What other ranks contribute to an exchange. */
  private static double[] others(RankReduction.Direction direction, int length) {
    double[] others = new double[length];
    Arrays.fill(others, direction == RankReduction.Direction.FORWARD ? 3 : 0.25);
    return others;
  }

  private static float[] gradient(RankReduction reduction) {
    Network network = new Network(ARCHITECTURE, 8, reduction);
    NetworkState state = NetworkState.initial(ARCHITECTURE, 1);
    float[] x = new float[8 * 20];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 7;
    }
    MiniBatch batch = Batches.of(x, new int[] {0, 1, 2, 0, 1, 2, 0, 1}, 8);
    float[] gradient = new float[state.parameters().length];
    network.forward(state, batch);
    network.backward(state, batch, gradient);
    return gradient;
  }

  @Test
  void shouldComputeCorrectCountAndLossOfUniformPredictions() {
    Architecture softmax =
        Architecture.perceptron(2, List.of(), 4, Activation.RELU, Optional.empty());
    NetworkState zeros = new NetworkState(new float[12], new float[0]);
    Network network = new Network(softmax, 3, RankReduction.NONE);
    network.evaluate(zeros, Batches.of(new float[] {1, 2, 3, 4, 5, 6}, new int[] {0, 1, 0}, 3));
    assertEquals(3 * Math.log(4), network.lossSum(), 1e-6);
    assertEquals(2, network.correct(), "ties go to the first class");
  }

  @Test
  void shouldStayFiniteWithHugeLogits() {
    Architecture softmax =
        Architecture.perceptron(1, List.of(), 2, Activation.RELU, Optional.empty());
    NetworkState state = new NetworkState(new float[] {1000, -1000, 0, 0}, new float[0]);
    Network network = new Network(softmax, 1, RankReduction.NONE);
    network.evaluate(state, Batches.of(new float[] {1}, new int[] {0}, 1));
    assertEquals(0, network.lossSum());
    network.evaluate(state, Batches.of(new float[] {1}, new int[] {1}, 1));
    assertTrue(Double.isFinite(network.lossSum()) && network.lossSum() > 80);
  }

  @Test
  void shouldRefuseABatchThatIsTooLarge() {
    Network network = new Network(ARCHITECTURE, 2, RankReduction.NONE);
    NetworkState state = NetworkState.initial(ARCHITECTURE, 1);
    assertThrows(IllegalArgumentException.class, () -> network.predict(state, new float[60], 3));
  }

  @Test
  void shouldDrawGlorotUniformWeightsFromTheSeed() {
    NetworkState state = NetworkState.initial(ARCHITECTURE, 7);
    ParameterLayout.Weights first = ParameterLayout.of(ARCHITECTURE).weights().get(0);
    double limit = Math.sqrt(6.0 / (20 + 16));
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 320; i++) {
      float weight = state.parameters()[first.weights() + i];
      assertTrue(Math.abs(weight) <= limit);
      sum += weight;
      squares += weight * weight;
    }
    assertEquals(0, sum / 320, 0.1 * limit); // a uniform mean of 320 has a deviation of 0.03
    assertEquals(limit * limit / 3, squares / 320, 0.1 * limit * limit);
    assertEquals(state.parameters()[5], NetworkState.initial(ARCHITECTURE, 7).parameters()[5]);
    assertTrue(state.parameters()[5] != NetworkState.initial(ARCHITECTURE, 8).parameters()[5]);
  }

  @Test
  void shouldUseOpenBlasOnThisPlatform() {
    Blas blas = Blas.instance();
    assertTrue(blas.isNative(), blas.description());
    assertTrue(blas.description().startsWith("OpenBLAS 0.3.31 "), blas.description());
    assertTrue(blas.measureGigaflops() > 0);
  }
}
