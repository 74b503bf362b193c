package io.syncnorm.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.nn.Architecture.BatchNormalized;
import io.syncnorm.nn.RankReduction.Direction;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Batch normalization against hand-computed numbers; a lambda simulates other ranks. */
class BatchNormTest {
  /** Float results of a few operations on numbers around one. */
  private static final float TOLERANCE = 1e-6f;

  private static final ParameterLayout.Layer ONE_FEATURE =
      new ParameterLayout.Layer(1, 1, true, 0, 1, 2, 0, -1);
  private static final BatchNormalized SETTINGS = new BatchNormalized(0.75, 1.0);

  private final float[] parameters = {0, /* gamma */ 2, /* beta */ 5};
  private final float[] statistics = {
    /* mean */
    8, /* variance */ 16
  };
  private final NetworkState state = new NetworkState(parameters, statistics);

  @Test
  void shouldNormalizeScaleAndShift() {
    BatchNorm batchNorm = new BatchNorm(ONE_FEATURE, 0, SETTINGS, RankReduction.NONE);
    float root3 = (float) Math.sqrt(3);
    float[] x = {2, 6, 4 - 2 * root3, 4 + 2 * root3}; // mean 4, variance (4+4+12+12)/4 = 8
    float[] y = new float[4];
    batchNorm.forward(Network.Mode.TRAINING, state, x, 4, y);
    // xhat = (x - 4) / sqrt(8 + 1)
    float s = 2 * root3 / 3;
    assertArrayEquals(new float[] {-2f / 3, 2f / 3, -s, s}, x, TOLERANCE);
    assertArrayEquals(new float[] {5 - 4f / 3, 5 + 4f / 3, 5 - 2 * s, 5 + 2 * s}, y, TOLERANCE);
    // running = 0.75 * running + 0.25 * batch, with the biased variance
    assertArrayEquals(new float[] {7, 14}, statistics, TOLERANCE);
  }

  @Test
  void shouldUseRunningStatisticsInInference() {
    RankReduction unreachable =
        (layer, direction, values, fold, meanwhile) -> {
          throw new AssertionError("inference must not communicate");
        };
    BatchNorm batchNorm = new BatchNorm(ONE_FEATURE, 0, SETTINGS, unreachable);
    statistics[1] = 15;
    float[] y = new float[2];
    batchNorm.forward(Network.Mode.INFERENCE, state, new float[] {8, 12}, 2, y);
    assertArrayEquals(new float[] {5, 7}, y, TOLERANCE); // 2 * (12 - 8) / sqrt(15 + 1) + 5
    assertArrayEquals(new float[] {8, 15}, statistics);
  }

  @Test
  void shouldNormalizeWithTheRowsOfAllRanks() {
    // The other rank has rows 3 and 5; ours are 1 and 7: together mean 4, variance (9+1+1+9)/4 = 5.
    RankReduction other =
        (layer, direction, values, fold, meanwhile) -> {
          assertEquals(6, layer);
          if (direction == Direction.FORWARD) {
            fold.accept(values, new double[] {2, 4, 2});
          } else {
            fold.accept(values, new double[] {10, 20});
          }
        };
    BatchNorm batchNorm = new BatchNorm(ONE_FEATURE, 6, new BatchNormalized(0.75, 4.0), other);
    float[] x = {1, 7};
    float[] y = new float[2];
    batchNorm.forward(Network.Mode.TRAINING, state, x, 2, y);
    assertArrayEquals(new float[] {-1, 1}, x, TOLERANCE); // (x - 4) / sqrt(5 + 4)
    assertArrayEquals(new float[] {3, 7}, y, TOLERANCE);

    float[] dy = {1, 2};
    float[] gradient = new float[3];
    batchNorm.backward(parameters, x, dy, 2, gradient, () -> {});
    // gamma and beta: own rows only
    assertArrayEquals(new float[] {0, -1 + 2, 1 + 2}, gradient, TOLERANCE);
    // s1 = 3 + 10, s2 = 1 + 20 over N = 4 rows; gamma / sqrt(9) = 2/3
    float first = 2f / 3 * (1 - 13f / 4 + 21f / 4);
    float second = 2f / 3 * (2 - 13f / 4 - 21f / 4);
    assertArrayEquals(new float[] {first, second}, dy, TOLERANCE);
  }

  @Test
  void shouldTakePartWithoutRows() {
    List<Direction> seen = new java.util.ArrayList<>();
    RankReduction other =
        (layer, direction, values, fold, meanwhile) -> {
          seen.add(direction);
          assertEquals(0, values[0]);
          fold.accept(
              values, direction == Direction.FORWARD ? new double[] {2, 4, 2} : new double[2]);
        };
    BatchNorm batchNorm = new BatchNorm(ONE_FEATURE, 0, SETTINGS, other);
    batchNorm.forward(Network.Mode.TRAINING, state, new float[0], 0, new float[0]);
    batchNorm.backward(parameters, new float[0], new float[0], 0, new float[3], () -> {});
    assertEquals(List.of(Direction.FORWARD, Direction.BACKWARD), seen);
    assertArrayEquals(new float[] {7, 12.25f}, statistics, TOLERANCE);
  }
}
