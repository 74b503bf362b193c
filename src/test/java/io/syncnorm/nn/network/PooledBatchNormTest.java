package io.syncnorm.nn.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.RankReduction.Direction;
import io.syncnorm.nn.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Normalization and pooling as one, against their definitions and against both passes. */
class PooledBatchNormTest {
  private static final int ROWS = 4;
  private static final Layer.BatchNormalization SETTINGS = new Layer.BatchNormalization(0.5, 1e-3);

  @ParameterizedTest
  @MethodSource("io.syncnorm.nn.network.PoolingTest#windows")
  void shouldAgreeWithTheDefinition(Dimensions input, Window window) {
    float[] x = PoolingTest.distinct(ROWS * input.size());
    float[] parameters = parameters(input.channels());
    new LayerOracle(
            pass(input, window, RankReduction.NONE),
            new NetworkState(parameters, new float[parameters.length]),
            x,
            ROWS * window.over(input, input.channels()).size(),
            ROWS)
        .assertAgrees(
            (p, z) -> PoolingTest.max(input, window, normalized(input.channels(), p, z)),
            parameters,
            x);
  }

  /** Where gamma is negative, the smallest value of a window is the largest one afterwards. */
  private static float[] parameters(int channels) {
    float[] parameters = LayerOracle.gaussians(2 * channels, 6);
    for (int j = 0; j < channels; j++) {
      parameters[j] = (j % 2 == 0 ? -1 : 1) * (1 + Math.abs(parameters[j]));
    }
    return parameters;
  }

  private static double[] normalized(int channels, double[] parameters, double[] x) {
    double[] y = new double[x.length];
    int n = x.length / channels;
    for (int c = 0; c < channels; c++) {
      double mean = 0;
      for (int i = c; i < x.length; i += channels) {
        mean += x[i] / n;
      }
      double biasedVariance = 0;
      for (int i = c; i < x.length; i += channels) {
        biasedVariance += (x[i] - mean) * (x[i] - mean) / n;
      }
      for (int i = c; i < x.length; i += channels) {
        double xhat = (x[i] - mean) / Math.sqrt(biasedVariance + SETTINGS.epsilon());
        y[i] = parameters[c] * xhat + parameters[channels + c];
      }
    }
    return y;
  }

  @ParameterizedTest
  @MethodSource("io.syncnorm.nn.network.PoolingTest#windows")
  void shouldGiveTheBitsOfBothPassesForward(Dimensions input, Window window) {
    int channels = input.channels();
    float[] x = LayerOracle.gaussians(ROWS * input.size(), 5);
    int outputs = ROWS * window.over(input, channels).size();
    NetworkState one = new NetworkState(parameters(channels), new float[2 * channels]);
    NetworkState two = new NetworkState(parameters(channels), new float[2 * channels]);
    PooledBatchNorm both = pass(input, window, RankReduction.NONE);
    BatchNorm norm = new BatchNorm(input, statistics(input, RankReduction.NONE));
    MaxPooling pooling = new MaxPooling(input, new Layer.MaxPooling(window), ROWS);
    for (Network.Mode mode : Network.Mode.values()) {
      float[] y = new float[outputs];
      both.forward(mode, one, x.clone(), ROWS, y);
      float[] normalized = new float[x.length];
      float[] expected = new float[outputs];
      norm.forward(mode, two, x.clone(), ROWS, normalized);
      pooling.forward(mode, two, normalized, ROWS, expected);
      assertArrayEquals(expected, y);
      assertArrayEquals(two.statistics(), one.statistics());
    }
  }

  @Test
  void shouldTakePartWithoutRows() {
    List<Direction> seen = new ArrayList<>();
    RankReduction other =
        (layer, direction, values, fold, meanwhile) -> {
          seen.add(direction);
          assertEquals(0, values[0]);
          fold.accept(
              values, direction == Direction.FORWARD ? new double[] {2, 4, 2} : new double[2]);
          meanwhile.run();
        };
    Window window = Window.square(2, 2, Window.Fixed.VALID);
    PooledBatchNorm pass = pass(new Dimensions(4, 4, 1), window, other);
    NetworkState state = new NetworkState(new float[] {1, 0}, new float[2]);
    float[] none = {};
    pass.forward(Network.Mode.TRAINING, state, none, 0, none);
    pass.backward(state.parameters(), none, none, none, 0, new float[2], none, () -> {});
    assertEquals(List.of(Direction.FORWARD, Direction.BACKWARD), seen);
    assertArrayEquals(new float[] {2, 0.5f}, state.statistics());
  }

  private static PooledBatchNorm pass(Dimensions input, Window window, RankReduction reduction) {
    return new PooledBatchNorm(
        input, statistics(input, reduction), new Layer.MaxPooling(window), ROWS);
  }

  private static ChannelStatistics statistics(Dimensions input, RankReduction reduction) {
    return new ChannelStatistics(input, SETTINGS, 0, 0, input.channels(), 0, reduction);
  }
}
