package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Batches;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import io.syncnorm.train.telemetry.DriftTelemetry;
import io.syncnorm.train.telemetry.EpochTotals;
import io.syncnorm.train.telemetry.LayerDrift;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The figures of telemetry, against figures computed from the rows and the models. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DriftTelemetryTest {
  /** A relative tolerance: products are in float, sums in double. */
  private static final double ROUNDING = 1e-5;

  /** Rows of the ranks in a single step of all of them. */
  private static final int[] ROWS = {70, 20, 30};

  private static final String ONE_STEP = "training.batch-size=1000";

  private final LabelledImages images = Worlds.images(120, 1);

  @ParameterizedTest
  @ValueSource(strings = {"global", "local", "group(2)"})
  void shouldNotChangeTheModel(String sync) throws Exception {
    for (String merge : List.of("parameters", "gradients")) {
      List<Shard> shards = Sharding.deal(images.rows(), images.rows(), 3, 42, Dealing.SHUFFLED);
      String[] settings = {
        "training.epochs=2", "model.batch-norm.sync=" + sync, "training.averaging.merge=" + merge
      };
      Worlds.Trained on = train(shards, settings);
      Worlds.Trained off = train(shards, with(settings, "training.telemetry=off"));
      assertArrayEquals(off.snapshot().parameters(), on.snapshot().parameters());
      assertArrayEquals(off.snapshot().statistics(), on.snapshot().statistics());
      assertEquals(List.of(LayerDrift.UNKNOWN, LayerDrift.UNKNOWN), off.epochs().get(1).layers());
      assertTrue(
          on.epochs().get(1).layers().stream().noneMatch(DriftTelemetryTest::hasGap),
          on.toString());
    }
  }

  /** Uses the first step of a fresh model, whose first layer's outputs are known. */
  @ParameterizedTest
  @ValueSource(strings = {"global", "local", "group(2)"})
  void shouldMeasureMomentsAgainstThoseOfAllRanksForEveryScope(String sync) throws Exception {
    Configuration configuration = Worlds.configuration();
    double[][] y = firstLayer(configuration);
    double means = 0;
    double variances = 0;
    for (int j = 0; j < y[0].length; j++) {
      double mean = mean(y, 0, 120, j);
      double variance = variance(y, 0, 120, j);
      int from = 0;
      for (int rows : ROWS) {
        double scale = variance + configuration.get(Keys.BATCH_NORM_EPSILON);
        double meanDistance = mean(y, from, from + rows, j) - mean;
        double varianceDistance = variance(y, from, from + rows, j) - variance;
        means += rows / 120.0 * meanDistance * meanDistance / scale / y[0].length;
        variances += rows / 120.0 * Math.pow(varianceDistance / scale, 2) / y[0].length;
        from += rows;
      }
    }
    LayerDrift drift =
        train(uneven(), "training.epochs=1", ONE_STEP, "model.batch-norm.sync=" + sync)
            .epochs()
            .get(0)
            .layers()
            .get(0);
    assertEquals(Math.sqrt(means), drift.meanDrift(), ROUNDING * drift.meanDrift());
    assertEquals(Math.sqrt(variances), drift.varianceDrift(), ROUNDING * drift.varianceDrift());
  }

  /** Without normalization a rank in a world equals a single rank until the merge. */
  @Test
  void shouldMeasureHowFarWeightsAreFromTheirMean() throws Exception {
    String[] settings = {
      "training.epochs=1", "training.shuffle=once", "model.batch-norm.enabled=false"
    };
    Worlds.Trained world = train(uneven(), settings);
    List<float[]> alone = new ArrayList<>();
    for (Shard shard : uneven()) {
      Shard only = new Shard(0, 1, shard.training(), shard.test());
      alone.add(train(List.of(only), settings).snapshot().parameters());
    }
    ParameterLayout layout = layout(Worlds.configuration(settings));
    for (int layer = 0; layer < 2; layer++) {
      int from = layout.weights().get(layer).weights();
      int to = layout.weights().get(layer + 1).weights();
      double distance = 0;
      double norm = 0;
      for (int i = from; i < to; i++) {
        float merged = world.snapshot().parameters()[i];
        norm += merged * merged;
        for (int rank = 0; rank < ROWS.length; rank++) {
          distance += ROWS[rank] / 120.0 * Math.pow(alone.get(rank)[i] - merged, 2);
        }
      }
      LayerDrift drift = world.epochs().get(0).layers().get(layer);
      assertEquals(
          Math.sqrt(distance / norm),
          drift.weightDivergence(),
          ROUNDING * drift.weightDivergence());
      assertTrue(Double.isNaN(drift.meanDrift()) && Double.isNaN(drift.varianceDrift()));
    }
  }

  @Test
  void shouldFindNoDivergenceWhenGradientsAreAveraged() throws Exception {
    for (LayerDrift layer :
        train(uneven(), "training.epochs=1", "training.averaging.merge=gradients")
            .epochs()
            .get(0)
            .layers()) {
      assertEquals(0, layer.weightDivergence());
      assertTrue(layer.gradientNorm() > 0);
    }
  }

  @Test
  void shouldMeasureTheGradientOfARanksMeanLoss() throws Exception {
    Configuration configuration = Worlds.configuration("model.batch-norm.enabled=false");
    Architecture architecture = Blueprint.architecture(configuration, Worlds.INPUTS);
    NetworkState fresh = Snapshot.fresh(configuration, Worlds.INPUTS).state();
    Network network = new Network(architecture, 120, RankReduction.NONE);
    float[] gradient = new float[fresh.parameters().length];
    double[] squares = new double[2];
    ParameterLayout layout = layout(configuration);
    int start = 0;
    for (int rows : ROWS) {
      float[] x = features(start, rows);
      int[] labels = IntStream.range(start, start + rows).map(i -> images.labels()[i]).toArray();
      MiniBatch batch = Batches.of(x, labels, rows);
      network.forward(fresh, batch);
      network.backward(fresh, batch, gradient);
      for (int layer = 0; layer < 2; layer++) {
        int end = layout.weights().get(layer + 1).weights();
        for (int i = layout.weights().get(layer).weights(); i < end; i++) {
          squares[layer] += rows / 120.0 * Math.pow(gradient[i] / rows, 2);
        }
      }
      start += rows;
    }
    List<LayerDrift> layers =
        train(uneven(), "training.epochs=1", ONE_STEP, "model.batch-norm.enabled=false")
            .epochs()
            .get(0)
            .layers();
    for (int layer = 0; layer < 2; layer++) {
      double found = layers.get(layer).gradientNorm();
      assertEquals(Math.sqrt(squares[layer]), found, ROUNDING * found);
    }
  }

  /**
   * Biases are so low that no image activates the first three units or the second layer's last
   * unit.
   */
  @Test
  void shouldCountTheUnitsThatNoTestRowOfAnyRankActivates() throws Exception {
    String[] settings = {
      "training.epochs=1", "model.batch-norm.enabled=false", "training.optimizer.learning-rate=1e-9"
    };
    Configuration configuration = Worlds.configuration(settings);
    Snapshot start = Snapshot.fresh(configuration, Worlds.INPUTS);
    ParameterLayout layout = layout(configuration);
    Arrays.fill(
        start.parameters(),
        layout.weights().get(0).bias(),
        layout.weights().get(0).bias() + 12,
        50);
    Arrays.fill(
        start.parameters(),
        layout.weights().get(0).bias(),
        layout.weights().get(0).bias() + 3,
        -1e3f);
    Arrays.fill(
        start.parameters(),
        layout.weights().get(1).bias(),
        layout.weights().get(1).bias() + 8,
        1e4f);
    start.parameters()[layout.weights().get(1).bias() + 7] = -1e6f;
    List<LayerDrift> layers = Worlds.train(configuration, uneven(), start).epochs().get(0).layers();
    assertEquals(3, layers.get(0).deadUnits());
    assertEquals(1, layers.get(1).deadUnits());
  }

  @Test
  void shouldNotReportDeadUnitsWithoutTestRows() throws Exception {
    Rows none = Worlds.images(0, 1).rows();
    Shard shard = Worlds.shard(0, 1, images, IntStream.range(0, 50).toArray(), none);
    EpochResult epoch = train(List.of(shard), "training.epochs=1").epochs().get(0);
    assertTrue(Double.isNaN(epoch.layers().get(0).deadUnits()));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 5", "8, 8", "9, 8", "235, 8", "2000000000, 8"})
  void shouldSampleStepsSpreadOverTheEpoch(int steps, int expected) {
    DriftTelemetry telemetry = telemetry(true, steps);
    int sampled = 0;
    int since = 0;
    // All steps of short epochs, and the steps around the samples of long ones.
    for (int step : steps < 1000 ? IntStream.range(0, steps).toArray() : lasts(steps)) {
      telemetry.startStep(step);
      since++;
      if (telemetry.isSampling()) {
        sampled++;
        assertTrue(steps > 1000 || since <= steps / 8 + 1, "after " + since);
        since = 0;
      }
    }
    assertEquals(expected, sampled);
    DriftTelemetry off = telemetry(false, steps);
    off.startStep(steps - 1); // a sampled step
    assertFalse(off.isSampling());
  }

  private static int[] lasts(int steps) {
    return IntStream.rangeClosed(1, 8).map(i -> (int) ((long) i * steps / 8) - 1).toArray();
  }

  private static DriftTelemetry telemetry(boolean isOn, int steps) {
    Architecture architecture = Blueprint.architecture(Worlds.configuration(), Worlds.INPUTS);
    EpochTotals totals = new EpochTotals(architecture.widths().size());
    return new DriftTelemetry(
        isOn, Optional.of(architecture), new float[1], new float[1], steps, totals);
  }

  private static boolean hasGap(LayerDrift layer) {
    return !Double.isFinite(
        layer.meanDrift()
            + layer.varianceDrift()
            + layer.weightDivergence()
            + layer.gradientNorm()
            + layer.deadUnits());
  }

  private List<Shard> uneven() {
    List<Shard> shards = new ArrayList<>();
    int from = 0;
    for (int rank = 0; rank < ROWS.length; rank++) {
      int[] rows = IntStream.range(from, from + ROWS[rank]).toArray();
      shards.add(Worlds.shard(rank, ROWS.length, images, rows, images.rows()));
      from += ROWS[rank];
    }
    return shards;
  }

  private double[][] firstLayer(Configuration configuration) {
    float[] parameters = Snapshot.fresh(configuration, Worlds.INPUTS).parameters();
    ParameterLayout.Weights layer = layout(configuration).weights().get(0);
    double[][] y = new double[images.count()][layer.out()];
    for (int row = 0; row < y.length; row++) {
      float[] x = features(row, 1);
      for (int j = 0; j < layer.out(); j++) {
        for (int k = 0; k < x.length; k++) {
          y[row][j] += x[k] * parameters[layer.weights() + k * layer.out() + j];
        }
      }
    }
    return y;
  }

  private float[] features(int from, int rows) {
    float[] x = new float[rows * Worlds.INPUTS];
    images.images().values().copyTo((long) from * Worlds.INPUTS, x, 0, x.length);
    return x;
  }

  private static double mean(double[][] y, int from, int to, int column) {
    return Arrays.stream(y, from, to).mapToDouble(row -> row[column]).average().orElseThrow();
  }

  private static double variance(double[][] y, int from, int to, int column) {
    double mean = mean(y, from, to, column);
    return Arrays.stream(y, from, to)
        .mapToDouble(row -> Math.pow(row[column] - mean, 2))
        .average()
        .orElseThrow();
  }

  private static ParameterLayout layout(Configuration configuration) {
    return ParameterLayout.of(Blueprint.architecture(configuration, Worlds.INPUTS));
  }

  private static Worlds.Trained train(List<Shard> shards, String... settings) throws Exception {
    return Worlds.train(Worlds.configuration(settings), shards);
  }

  private static String[] with(String[] settings, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(settings));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }
}
