package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Recalibrate;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.nn.Batches;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recalibrated statistics, against moments of the rows themselves. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RecalibrationTest {
  /** Relative to a standard deviation of about 1: products in float, sums in double. */
  private static final float ROUNDING = 1e-5f;

  private static final int ALL = 1_000_000;
  private static final String EPOCHS = "training.epochs=2";

  private final LabelledImages train = Worlds.images(203, 1);
  private final LabelledImages test = Worlds.images(101, 2);

  /** Compares with one process that normalizes all rows at once. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void shouldBeTheMomentsOfAllRowsWhenOneStepHoldsThem(int world) throws Exception {
    Configuration configuration = configuration(ALL, "training.batch-size=1000");
    Snapshot trained = Worlds.train(configuration, deal(world)).snapshot();
    Configuration forgetful = configuration(0, "model.batch-norm.momentum=0");
    float[] x = new float[train.count() * Worlds.INPUTS];
    int[] labels = new int[train.count()];
    for (int row = 0; row < train.count(); row++) {
      train
          .images()
          .values()
          .copyTo((long) row * Worlds.INPUTS, x, row * Worlds.INPUTS, Worlds.INPUTS);
      labels[row] = train.labels()[row];
    }
    NetworkState state =
        new NetworkState(
            trained.state().parameters().clone(), trained.state().statistics().clone());
    new Network(Blueprint.architecture(forgetful, Worlds.INPUTS), train.count(), RankReduction.NONE)
        .forward(state, Batches.of(x, labels, train.count()));
    assertArrayEquals(state.statistics(), trained.statistics(), ROUNDING);
  }

  @ParameterizedTest
  @CsvSource({"1, global", "2, global", "3, local", "4, group(2)"})
  void shouldBeTheMomentsOfAllRowsInTheFirstLayerForAnySteps(int world, String sync)
      throws Exception {
    Configuration configuration = configuration(ALL, "model.batch-norm.sync=" + sync);
    Snapshot trained = Worlds.train(configuration, deal(world)).snapshot();
    double[] ones = new double[train.count()];
    Arrays.fill(ones, 1);
    assertFirstLayer(configuration, trained, ones);
  }

  /** Uses a shard of 90 rows and one of 10; the first two steps use 8 rows of each. */
  @Test
  void shouldWeightShardsByTheirRowsAndNotByThoseUsed() throws Exception {
    Rows rows = test.rows();
    List<Shard> shards =
        List.of(
            Worlds.shard(0, 2, train, IntStream.range(0, 90).toArray(), rows),
            Worlds.shard(1, 2, train, IntStream.range(90, 100).toArray(), rows));
    Configuration configuration = configuration(13, "model.batch-norm.sync=local");
    Snapshot trained = Worlds.train(configuration, shards).snapshot();
    double[] weights = new double[train.count()];
    Arrays.fill(weights, 0, 8, 90.0 / 8);
    Arrays.fill(weights, 90, 98, 10.0 / 8);
    assertFirstLayer(configuration, trained, weights);
  }

  @ParameterizedTest
  @ValueSource(strings = {"global", "local", "group(2)"})
  void shouldChangeOnlyStatisticsAndEvaluateBoth(String sync) throws Exception {
    String setting = "model.batch-norm.sync=" + sync;
    Worlds.Trained plain = Worlds.train(configuration(0, setting), deal(3));
    Worlds.Trained anew = Worlds.train(configuration(100, setting), deal(3));
    assertArrayEquals(plain.snapshot().parameters(), anew.snapshot().parameters());
    assertFalse(Arrays.equals(plain.snapshot().statistics(), anew.snapshot().statistics()));
    EpochResult without = plain.epochs().get(0);
    EpochResult with = anew.epochs().get(0);
    assertTrue(
        Double.isNaN(without.running().loss()) && Double.isNaN(without.running().accuracy()));
    assertEquals(without.testLoss(), with.running().loss(), "as if it were not recalibrated");
    assertEquals(without.testAccuracy(), with.running().accuracy());
    assertNotEquals(with.testLoss(), with.running().loss());
  }

  /** 203 rows in batches of 4 on two ranks are 26 steps an epoch. */
  @Test
  void shouldRecomputeStatisticsForPredictionsWhenThereAreTooFewSteps() throws Exception {
    String auto = "model.batch-norm.recalibrate=auto";
    Worlds.Trained without = Worlds.train(configuration(0), deal(2));
    Worlds.Trained always = Worlds.train(configuration(10_000), deal(2));
    Worlds.Trained automatic = Worlds.train(Worlds.configuration(auto, EPOCHS), deal(2));
    Snapshot model = automatic.snapshot();
    assertArrayEquals(always.snapshot().parameters(), model.parameters());
    assertArrayEquals(always.snapshot().statistics(), model.statistics());
    assertArrayEquals(without.snapshot().statistics(), model.running());
    for (int epoch = 0; epoch < 2; epoch++) {
      EpochResult result = automatic.epochs().get(epoch);
      assertEquals(always.epochs().get(epoch).testLoss(), result.testLoss());
      assertEquals(without.epochs().get(epoch).testLoss(), result.running().loss());
    }
    Worlds.Trained first = Worlds.train(Worlds.configuration(auto, "training.epochs=1"), deal(2));
    Worlds.Trained resumed =
        Worlds.train(Worlds.configuration(auto, EPOCHS), deal(2), first.snapshot());
    assertArrayEquals(model.statistics(), resumed.snapshot().statistics());
    assertArrayEquals(model.running(), resumed.snapshot().running());
  }

  /** Holds even in the first epoch, which alone has too few steps. */
  @Test
  void shouldChangeNothingWhenTheRunHasEnoughSteps() throws Exception {
    String momentum = "model.batch-norm.momentum=0.9"; // 38 steps
    Worlds.Trained without = Worlds.train(configuration(0, momentum), deal(2));
    Worlds.Trained automatic =
        Worlds.train(
            Worlds.configuration("model.batch-norm.recalibrate=auto", momentum, EPOCHS), deal(2));
    assertArrayEquals(without.snapshot().parameters(), automatic.snapshot().parameters());
    assertArrayEquals(without.snapshot().statistics(), automatic.snapshot().statistics());
    assertFalse(automatic.snapshot().isForPrediction());
    for (int epoch = 0; epoch < 2; epoch++) {
      assertEquals(
          without.epochs().get(epoch).testLoss(), automatic.epochs().get(epoch).testLoss());
      assertTrue(Double.isNaN(automatic.epochs().get(epoch).running().loss()));
    }
  }

  @Test
  void shouldDetectWhenStatisticsNoLongerDependOnTheirStart() {
    assertFalse(Recalibrate.areSettled(0.99, 397));
    assertTrue(Recalibrate.areSettled(0.99, 398));
    assertTrue(Recalibrate.areSettled(0, 1));
    assertFalse(Recalibrate.areSettled(0, 0));
    assertTrue(Recalibrate.areSettled(0.99, 1L << 40));
  }

  @Test
  void shouldEvaluateTheModelThatIsSaved() throws Exception {
    Configuration configuration = configuration(50);
    Worlds.Trained trained = Worlds.train(configuration, deal(2));
    Network network =
        new Network(
            Blueprint.architecture(configuration, Worlds.INPUTS), test.count(), RankReduction.NONE);
    float[] x = new float[test.count() * Worlds.INPUTS];
    int[] labels = new int[test.count()];
    for (int row = 0; row < test.count(); row++) {
      test.images()
          .values()
          .copyTo((long) row * Worlds.INPUTS, x, row * Worlds.INPUTS, Worlds.INPUTS);
      labels[row] = test.labels()[row];
    }
    network.evaluate(trained.snapshot().state(), Batches.of(x, labels, test.count()));
    EpochResult last = trained.epochs().get(1);
    assertEquals(network.correct() / test.count(), last.testAccuracy());
    assertEquals(network.lossSum() / test.count(), last.testLoss(), ROUNDING);
  }

  @Test
  void shouldUseTheFewestStepsThatHaveTheRows() {
    StepPlan mnist = new StepPlan(List.of(30_000L, 30_000L), 128);
    assertEquals(40, Recalibration.steps(mnist, 10_000));
    assertEquals(1, Recalibration.steps(mnist, 1));
    assertEquals(1, Recalibration.steps(mnist, 256));
    assertEquals(2, Recalibration.steps(mnist, 257));
    assertEquals(235, Recalibration.steps(mnist, 60_000));
    assertEquals(235, Recalibration.steps(mnist, Integer.MAX_VALUE));
    assertEquals(3, Recalibration.steps(new StepPlan(List.of(12L, 4L, 0L), 4), 13));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.batch-norm.enabled=false", "model.hidden=[]"})
  void shouldHaveNothingToDoWithoutStatistics(String setting) throws Exception {
    Worlds.Trained plain = Worlds.train(configuration(0, setting), deal(2));
    Worlds.Trained anew = Worlds.train(configuration(100, setting), deal(2));
    assertArrayEquals(plain.snapshot().parameters(), anew.snapshot().parameters());
    assertTrue(Double.isNaN(anew.epochs().get(0).running().loss()));
  }

  private static Configuration configuration(int recalibrate, String... more) {
    String[] settings = Arrays.copyOf(more, more.length + 2);
    settings[more.length] = "model.batch-norm.recalibrate=" + recalibrate;
    settings[more.length + 1] = EPOCHS;
    return Worlds.configuration(settings);
  }

  private List<Shard> deal(int world) {
    return Sharding.deal(train.rows(), test.rows(), world, 42, Dealing.SHUFFLED);
  }

  /** The oracle: weighted mean and biased variance of the first layer's outputs. */
  private void assertFirstLayer(Configuration configuration, Snapshot trained, double[] weights) {
    var layout = ParameterLayout.of(Blueprint.architecture(configuration, Worlds.INPUTS));
    ParameterLayout.Weights layer = layout.weights().get(0);
    int running = layout.normalizations().get(0).running();
    double total = Arrays.stream(weights).sum();
    float[] x = new float[Worlds.INPUTS];
    for (int j = 0; j < layer.out(); j++) {
      double mean = 0;
      double square = 0;
      for (int row = 0; row < weights.length; row++) {
        train.images().values().copyTo((long) row * Worlds.INPUTS, x, 0, Worlds.INPUTS);
        double y = 0;
        for (int k = 0; k < x.length; k++) {
          y += x[k] * trained.parameters()[layer.weights() + k * layer.out() + j];
        }
        mean += weights[row] / total * y;
        square += weights[row] / total * y * y;
      }
      assertEquals(mean, trained.statistics()[running + j], ROUNDING);
      assertEquals(square - mean * mean, trained.statistics()[running + layer.out() + j], ROUNDING);
    }
  }
}
