package io.syncnorm.nn.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Batches;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MiniBatchTest {
  private static final Architecture ARCHITECTURE =
      Architecture.perceptron(
          3,
          List.of(5, 4),
          2,
          Activation.TANH,
          Optional.of(new Layer.BatchNormalization(0.9, 1e-3)));
  private static final int[] LABELS = {0, 1, 1, 0};

  private final float[] features = {1, 2, 3, -4, 5, -6, 7, 0, -9, 2, 2, 8, 3, -1, 5, 0, 4, 4};

  @Test
  void shouldNotDependOnTheOffsetOfItsRows() {
    float[] copied = new float[12];
    System.arraycopy(features, 6, copied, 0, 12);
    float[] expected = gradient(Batches.of(copied, LABELS, 4));
    MiniBatch moving = new MiniBatch(features, LABELS, new float[] {1, 1, 1, 1});
    assertArrayEquals(expected, gradient(moving.show(6, 4)));
  }

  @Test
  void shouldTakePartInExchangesWithoutRows() {
    int[] exchanges = new int[1];
    RankReduction others =
        (layer, direction, values, fold, meanwhile) -> {
          exchanges[0]++;
          // Normalization needs two rows in the world; here other ranks have them.
          Arrays.fill(values, direction == RankReduction.Direction.FORWARD ? 2 : 0);
        };
    Network network = new Network(ARCHITECTURE, 4, others);
    NetworkState state = NetworkState.initial(ARCHITECTURE, 1);
    MiniBatch none = new MiniBatch(features, LABELS, new float[4]);
    network.forward(state, none);
    network.backward(state, none, new float[state.parameters().length]);
    assertEquals(4, exchanges[0], "two layers, forward and backward");
    assertEquals(0, network.weightSum());
    assertEquals(0, network.lossSum());
  }

  @Test
  void shouldRejectRowsThatItDoesNotHave() {
    MiniBatch batch = Batches.of(features, LABELS, 4);
    for (int count : new int[] {-1, 5}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> batch.show(0, count)).getMessage();
      assertTrue(message.contains("count=" + count), message);
    }
    assertEquals(4, batch.count());
  }

  private static float[] gradient(MiniBatch batch) {
    NetworkState state = NetworkState.initial(ARCHITECTURE, 1);
    float[] gradient = new float[state.parameters().length];
    Network network = new Network(ARCHITECTURE, 4, RankReduction.NONE);
    network.forward(state, batch);
    network.backward(state, batch, gradient);
    return gradient;
  }
}
