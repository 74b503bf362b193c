package io.syncnorm.nn.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Moments;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.RankReduction.Direction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batch normalization against hand-computed numbers; a lambda simulates other ranks. */
class BatchNormTest {
  /** Float results of a few operations on numbers around one. */
  private static final float TOLERANCE = 1e-6f;

  private static final Layer.BatchNormalization SETTINGS = new Layer.BatchNormalization(0.75, 1.0);

  private final float[] parameters = {0, /* gamma */ 2, /* beta */ 5};
  private final float[] statistics = {
    /* mean */
    8, /* variance */ 16
  };
  private final NetworkState state = new NetworkState(parameters, statistics);

  @Test
  void shouldNormalizeScaleAndShift() {
    BatchNorm batchNorm = oneFeature(0, SETTINGS, RankReduction.NONE);
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
    BatchNorm batchNorm = oneFeature(0, SETTINGS, unreachable);
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
    BatchNorm batchNorm = oneFeature(6, new Layer.BatchNormalization(0.75, 4.0), other);
    float[] x = {1, 7};
    float[] y = new float[2];
    batchNorm.forward(Network.Mode.TRAINING, state, x, 2, y);
    assertArrayEquals(new float[] {-1, 1}, x, TOLERANCE); // (x - 4) / sqrt(5 + 4)
    assertArrayEquals(new float[] {3, 7}, y, TOLERANCE);

    float[] dy = {1, 2};
    float[] gradient = new float[3];
    batchNorm.backward(parameters, x, y, dy, 2, gradient, dy, () -> {});
    // gamma and beta: own rows only
    assertArrayEquals(new float[] {0, -1 + 2, 1 + 2}, gradient, TOLERANCE);
    // s1 = 3 + 10, s2 = 1 + 20 over N = 4 rows; gamma / sqrt(9) = 2/3
    float first = 2f / 3 * (1 - 13f / 4 + 21f / 4);
    float second = 2f / 3 * (2 - 13f / 4 - 21f / 4);
    assertArrayEquals(new float[] {first, second}, dy, TOLERANCE);
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
        };
    BatchNorm batchNorm = oneFeature(0, SETTINGS, other);
    batchNorm.forward(Network.Mode.TRAINING, state, new float[0], 0, new float[0]);
    float[] none = new float[0];
    batchNorm.backward(parameters, none, none, none, 0, new float[3], none, () -> {});
    assertEquals(List.of(Direction.FORWARD, Direction.BACKWARD), seen);
    assertArrayEquals(new float[] {7, 12.25f}, statistics, TOLERANCE);
  }

  static Stream<Dimensions> images() {
    return Stream.of(
        Dimensions.vector(5),
        new Dimensions(2, 3, 4),
        new Dimensions(3, 3, 8),
        new Dimensions(4, 6, 1),
        new Dimensions(7, 5, 3),
        new Dimensions(24, 24, 8),
        new Dimensions(1, 64, 130));
  }

  @ParameterizedTest
  @MethodSource("images")
  void shouldNormalizeByChannelOverRowsAndPositions(Dimensions image) {
    int channels = image.channels();
    int rows = 7;
    float[] x = LayerOracle.gaussians(rows * image.size(), 5);
    for (int i = 0; i < x.length; i++) {
      x[i] = 3 * x[i] + i % channels;
    }
    float[] own = LayerOracle.gaussians(2 * channels, 6);
    Layer.BatchNormalization settings = new Layer.BatchNormalization(0.5, 1e-3);
    NetworkState ours = new NetworkState(own, new float[2 * channels]);
    BatchNorm pass = batchNorm(image, settings, RankReduction.NONE);
    float[] z = x.clone();
    float[] y = new float[x.length];
    pass.forward(Network.Mode.TRAINING, ours, z, rows, y);
    float[] dy = LayerOracle.gaussians(x.length, 7);
    float[] dx = new float[x.length];
    float[] gradient = new float[2 * channels];
    pass.backward(own, z, y, dy.clone(), rows, gradient, dx, () -> {});
    Formula formula = new Formula(channels, LayerOracle.doubles(x), LayerOracle.doubles(dy), own);
    LayerOracle.assertClose("xhat", formula.xhat, z);
    LayerOracle.assertClose("y", formula.y, y);
    LayerOracle.assertClose("dx", formula.dx, dx);
    LayerOracle.assertClose("gradient", formula.gradient, gradient);
    LayerOracle.assertClose("running", formula.running(0.5), ours.statistics());
  }

  @ParameterizedTest
  @MethodSource("images")
  void shouldUseTheRunningStatisticsOfTheChannelInInference(Dimensions image) {
    int channels = image.channels();
    float[] x = LayerOracle.gaussians(3 * image.size(), 5);
    float[] own = LayerOracle.gaussians(2 * channels, 6);
    float[] running = LayerOracle.gaussians(2 * channels, 7);
    double[] expected = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = i % channels;
      running[channels + c] = Math.abs(running[channels + c]);
      double std = Math.sqrt(running[channels + c] + 1e-3);
      expected[i] = own[c] * (x[i] - running[c]) / std + own[channels + c];
    }
    BatchNorm pass = batchNorm(image, new Layer.BatchNormalization(0.5, 1e-3), RankReduction.NONE);
    float[] y = new float[x.length];
    pass.forward(Network.Mode.INFERENCE, new NetworkState(own, running), x, 3, y);
    LayerOracle.assertClose("y", expected, y);
  }

  @Test
  void shouldReduceOneMessageOfChannelsThatCountsPositions() {
    Dimensions image = new Dimensions(4, 5, 2);
    List<String> messages = new ArrayList<>();
    RankReduction spy =
        (layer, direction, values, fold, meanwhile) -> {
          messages.add(
              direction
                  + " "
                  + values.length
                  + " "
                  + (direction == Direction.FORWARD ? values[0] : 0));
          meanwhile.run();
        };
    BatchNorm pass = batchNorm(image, new Layer.BatchNormalization(0.5, 1e-3), spy);
    float[] x = LayerOracle.gaussians(3 * image.size(), 5);
    NetworkState ours = new NetworkState(new float[4], new float[4]);
    pass.forward(Network.Mode.TRAINING, ours, x, 3, new float[x.length]);
    pass.backward(ours.parameters(), x, x, x, 3, new float[4], x, () -> {});
    assertEquals(List.of("FORWARD 5 60.0", "BACKWARD 4 0.0"), messages);
  }

  @Test
  void shouldGiveOneRankOnAllRowsWhatTwoRanksGetTogether() {
    Dimensions image = new Dimensions(5, 5, 3);
    float[] x = LayerOracle.gaussians(5 * image.size(), 5);
    double[] all = new double[7];
    double[] first = new double[7];
    double[] second = new double[7];
    Channels channels = new Channels(image);
    channels.moments(x, 5, all);
    channels.moments(x, 2, first);
    channels.moments(Arrays.copyOfRange(x, 2 * image.size(), x.length), 3, second);
    Moments.merge(first, second);
    assertArrayEquals(all, first, 1e-5); // sums of 125 squares around 1, in float by image
  }

  /** The formulas of Ioffe and Szegedy, in double. */
  private static final class Formula {
    final double[] xhat;
    final double[] y;
    final double[] dx;
    final double[] gradient;
    private final double[] statistics;

    Formula(int channels, double[] x, double[] dy, float[] parameters) {
      xhat = new double[x.length];
      y = new double[x.length];
      dx = new double[x.length];
      gradient = new double[2 * channels];
      statistics = new double[2 * channels];
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
        statistics[c] = mean;
        statistics[channels + c] = biasedVariance;
        double std = Math.sqrt(biasedVariance + 1e-3);
        for (int i = c; i < x.length; i += channels) {
          xhat[i] = (x[i] - mean) / std;
          y[i] = parameters[c] * xhat[i] + parameters[channels + c];
          gradient[c] += dy[i] * xhat[i];
          gradient[channels + c] += dy[i];
        }
        for (int i = c; i < x.length; i += channels) {
          dx[i] =
              parameters[c]
                  / std
                  * (dy[i] - gradient[channels + c] / n - xhat[i] * gradient[c] / n);
        }
      }
    }

    /** Running statistics that were zero before. */
    double[] running(double momentum) {
      return Arrays.stream(statistics).map(value -> (1 - momentum) * value).toArray();
    }
  }

  private static BatchNorm oneFeature(
      int index, Layer.BatchNormalization settings, RankReduction reduction) {
    Dimensions row = Dimensions.vector(1);
    return new BatchNorm(row, new ChannelStatistics(row, settings, index, 1, 2, 0, reduction));
  }

  private static BatchNorm batchNorm(
      Dimensions image, Layer.BatchNormalization settings, RankReduction reduction) {
    return new BatchNorm(
        image, new ChannelStatistics(image, settings, 0, 0, image.channels(), 0, reduction));
  }
}
