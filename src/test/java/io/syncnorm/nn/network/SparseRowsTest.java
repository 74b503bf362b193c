package io.syncnorm.nn.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Batches;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.Vectors;
import io.syncnorm.nn.optimizer.Adam;
import io.syncnorm.nn.optimizer.Optimizer;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class SparseRowsTest {
  /** Sums of a few floats in another order, and the roundings of 40 Adam steps on them. */
  private static final double TOLERANCE = 2e-5;

  private static final int INPUTS = 40;
  private static final int CLASSES = 3;
  private static final int ROWS = 16;
  private static final Architecture ARCHITECTURE =
      Architecture.perceptron(
          INPUTS,
          List.of(9, 5),
          CLASSES,
          Activation.RELU,
          Optional.of(new Layer.BatchNormalization(0.9, 1e-3)));
  private static final Architecture SOFTMAX =
      Architecture.perceptron(3, List.of(), 2, Activation.RELU, Optional.empty());

  @Test
  void shouldComputeProductsByHand() {
    // W = [1 2; 3 4; 5 6], b = [10 20]; x = [0 2 0; 0 0 0; 3 0 -1]
    NetworkState state = new NetworkState(new float[] {1, 2, 3, 4, 5, 6, 10, 20}, new float[0]);
    MiniBatch batch =
        MiniBatch.sparse(new int[] {1, 1, 1}, new float[] {1, 1, 1})
            .showSparse(new int[] {0, 1, 1, 3}, new int[] {1, 2, 0}, new float[] {2, -1, 3}, 3);
    Network network = new Network(SOFTMAX, 3, RankReduction.NONE);
    float[] logits = Arrays.copyOf(network.logits(state, batch), 6);
    assertArrayEquals(new float[] {16, 28, 10, 20, 8, 20}, logits);
    // dy is +-p0 of each row: p0 = 1 / (1 + e^12), 1 / (1 + e^10), 1 / (1 + e^12).
    float[] gradient = new float[8];
    network.forward(state, batch);
    network.backward(state, batch, gradient);
    double far = 1 / (1 + Math.exp(12));
    double near = 1 / (1 + Math.exp(10));
    double[] ofFirstClass = {3 * far, 2 * far, -far, far + near + far};
    for (int i = 0; i < 4; i++) {
      assertEquals(ofFirstClass[i], gradient[2 * i], 1e-10);
      assertEquals(-ofFirstClass[i], gradient[2 * i + 1], 1e-7, "1 - p1 in float");
    }
  }

  @Test
  void shouldAddValuesOfTheSameColumn() {
    NetworkState state = new NetworkState(new float[] {1, 2, 3, 4, 5, 6, 0, 0}, new float[0]);
    MiniBatch batch =
        MiniBatch.sparse(new int[] {0}, new float[] {1})
            .showSparse(new int[] {0, 3}, new int[] {2, 0, 2}, new float[] {1, 1, 3}, 1);
    float[] logits = new Network(SOFTMAX, 1, RankReduction.NONE).logits(state, batch);
    assertArrayEquals(new float[] {21, 26}, Arrays.copyOf(logits, 2));
  }

  @Test
  void shouldTrainWithAdamAsTheSameRowsDense() {
    Trained dense = new Trained(SparseRowsTest::asOfTwoRanks);
    Trained sparse = new Trained(SparseRowsTest::asOfTwoRanks);
    Random random = new Random(11);
    for (int step = 0; step < 40; step++) {
      int rows = step % 10 == 7 ? 0 : step % 10 == 9 ? 5 : ROWS;
      float[] features = mostlyZero(random, rows);
      int[] labels = random.ints(ROWS, 0, CLASSES).toArray();
      float[] weights = new float[ROWS];
      Arrays.fill(weights, 1 + step % 2);
      dense.step(new MiniBatch(features, labels, weights).show(0, rows));
      MiniBatch batch = Batches.sparse(features, INPUTS, labels, weights);
      sparse.step(batch);
      switch (step % 3) {
        case 0 -> sparse.network.clear(batch, sparse.gradient);
        case 1 -> Arrays.fill(sparse.gradient, 7f); // as the mean over ranks overwrites it
        default -> {
          // left as it is
        }
      }
    }
    assertClose(dense.state.parameters(), sparse.state.parameters());
    assertClose(dense.state.statistics(), sparse.state.statistics());
    for (int slot = 0; slot < 2; slot++) {
      assertClose(dense.adam.slots().get(slot), sparse.adam.slots().get(slot));
    }
  }

  @Test
  void shouldScoreAndPredictAsTheSameRowsDense() {
    float[] features = mostlyZero(new Random(12), ROWS);
    int[] labels = new Random(13).ints(ROWS, 0, CLASSES).toArray();
    float[] weights = new float[ROWS];
    Arrays.fill(weights, 0.5f);
    MiniBatch dense = new MiniBatch(features, labels, weights).show(0, ROWS);
    MiniBatch sparse = Batches.sparse(features, INPUTS, labels, weights);
    NetworkState state = NetworkState.initial(ARCHITECTURE, 3);
    Network network = new Network(ARCHITECTURE, ROWS, RankReduction.NONE);
    assertClose(
        network.logits(state, features, ROWS).clone(), network.logits(state, sparse).clone());
    assertClose(
        network.predict(state, features, ROWS).clone(), network.predict(state, sparse).clone());
    assertClose(network.logits(state, dense).clone(), network.logits(state, sparse).clone());
    NetworkState other = new NetworkState(state.parameters(), state.statistics().clone());
    Arrays.fill(other.statistics(), 2f);
    double[] expected = scores(network, state, other, dense);
    assertArrayEquals(expected, scores(network, state, other, sparse), TOLERANCE);
  }

  @Test
  void shouldDependOnTheRowsAlone() {
    float[] features = mostlyZero(new Random(14), ROWS);
    int[] labels = new int[ROWS];
    float[] weights = new float[ROWS];
    Arrays.fill(weights, 1f);
    Trained once = new Trained(RankReduction.NONE);
    Trained again = new Trained(RankReduction.NONE);
    for (int step = 0; step < 3; step++) {
      MiniBatch batch = Batches.sparse(features, INPUTS, labels, weights);
      once.step(batch);
      once.network.clear(batch, once.gradient);
      Arrays.fill(again.gradient, Float.NaN);
      again.step(Batches.sparse(features, INPUTS, labels, weights));
    }
    assertArrayEquals(once.state.parameters(), again.state.parameters());
  }

  @Test
  void shouldAllocateNothingInAWarmStep() {
    Trained sparse = new Trained(RankReduction.NONE);
    float[] weights = new float[ROWS];
    Arrays.fill(weights, 1f);
    float[] features = mostlyZero(new Random(15), ROWS);
    MiniBatch batch = Batches.sparse(features, INPUTS, new int[ROWS], weights);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    long allocated = 0;
    for (int round = 0; round < 3; round++) { // only the last round counts, after warm-up
      long before = threads.getThreadAllocatedBytes(self);
      for (int step = 0; step < 1000; step++) {
        sparse.step(batch);
        sparse.network.clear(batch, sparse.gradient);
      }
      allocated = threads.getThreadAllocatedBytes(self) - before;
    }
    assertTrue(allocated < 1000, "bytes allocated in 1000 steps: " + allocated);
  }

  @Test
  void shouldRejectAColumnThatTheNetworkDoesNotHave() {
    NetworkState state = new NetworkState(new float[8], new float[0]);
    Network network = new Network(SOFTMAX, 1, RankReduction.NONE);
    MiniBatch batch = MiniBatch.sparse(new int[1], new float[1]);
    for (int column : new int[] {-1, 3}) {
      batch.showSparse(new int[] {0, 1}, new int[] {column}, new float[] {1}, 1);
      assertThrows(IndexOutOfBoundsException.class, () -> network.predict(state, batch));
    }
  }

  @Test
  void shouldShowRowsOfOneKind() {
    MiniBatch dense = new MiniBatch(new float[3], new int[1], new float[1]);
    MiniBatch sparse = MiniBatch.sparse(new int[1], new float[1]);
    assertThrows(
        IllegalStateException.class,
        () -> dense.showSparse(new int[2], new int[0], new float[0], 1));
    assertThrows(IllegalStateException.class, () -> sparse.show(new float[3], 0, 1));
    assertThrows(IllegalStateException.class, () -> sparse.show(0, 0));
  }

  /** One network that trains with Adam. */
  private static final class Trained {
    final Network network;
    final NetworkState state = NetworkState.initial(ARCHITECTURE, 2);
    final float[] gradient = new float[state.parameters().length];
    final Optimizer adam = new Adam.Rule(1e-3, 0.9, 0.999, 1e-7).optimizer(gradient.length);

    Trained(RankReduction reduction) {
      network = new Network(ARCHITECTURE, ROWS, reduction);
    }

    void step(MiniBatch batch) {
      network.forward(state, batch);
      network.backward(state, batch, gradient);
      if (batch.count() > 0) {
        adam.update(state.parameters(), gradient, 1f / (float) network.weightSum());
      }
    }
  }

  /** Adds two rows of another rank, so that steps without rows have moments. */
  private static void asOfTwoRanks(
      int layer,
      RankReduction.Direction direction,
      double[] values,
      BiConsumer<double[], double[]> fold,
      Runnable meanwhile) {
    meanwhile.run();
    double[] other = new double[values.length];
    if (direction == RankReduction.Direction.FORWARD) {
      Arrays.fill(other, 2);
    }
    fold.accept(values, other);
  }

  private static double[] scores(
      Network network, NetworkState state, NetworkState other, MiniBatch batch) {
    network.evaluate(state, batch);
    double loss = network.lossSum();
    double correct = network.correct();
    network.reevaluate(other, batch);
    return new double[] {loss, correct, network.lossSum(), network.correct()};
  }

  private static float[] mostlyZero(Random random, int rows) {
    float[] features = new float[rows * INPUTS];
    for (int i = 0; i < features.length; i++) {
      features[i] = random.nextInt(8) == 0 ? (float) random.nextGaussian() : 0f;
    }
    return features;
  }

  private static void assertClose(float[] expected, float[] found) {
    double distance = Vectors.distance(expected, found);
    assertTrue(distance <= TOLERANCE, "relative distance " + distance);
  }
}
