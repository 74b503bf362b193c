package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/**
 * Compares DL4J's updaters, regularization and gradient normalization in both engines, over three
 * epochs.
 */
@Timeout(120)
class FusedUpdatersTest {
  /** Float rounding in another order of summation. */
  private static final double TOLERANCE = 1e-4;

  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("FusedUpdatersTest")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  static Stream<IUpdater> updaters() {
    return Stream.of(
        new Nesterovs(0.05, 0.8),
        new RmsProp(0.01, 0.9, 1e-3),
        new Sgd(new StepSchedule(ScheduleType.ITERATION, 0.2, 0.5, 2)),
        new Nesterovs(new StepSchedule(ScheduleType.EPOCH, 0.1, 0.3, 1), 0.9),
        new RmsProp(new ExponentialSchedule(ScheduleType.ITERATION, 0.01, 0.8)),
        new Adam(new MapSchedule(ScheduleType.EPOCH, Map.of(0, 0.02, 1, 0.005))));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void shouldTrainToTheSameNetworkAndState(IUpdater updater) {
    assertEqualEngines(FusableNetworks.MIXED, updater, UnaryOperator.identity());
  }

  @ParameterizedTest
  @EnumSource(names = {"NORM_AFTER_ACTIVATION", "MIXED", "PLAIN"})
  void shouldPenalizeTheSameWeights(FusableNetworks kind) {
    assertEqualEngines(kind, new Nesterovs(0.05, 0.8), all -> all.l2(0.05));
    assertEqualEngines(kind, new Adam(0.01), all -> all.weightDecay(0.5));
    assertEqualEngines(kind, new Sgd(0.1), all -> all.weightDecay(0.01, false));
    assertEqualEngines(
        kind,
        new Sgd(0.1),
        all -> all.regularization(List.of(new L2Regularization(0.1), new WeightDecay(0.1, true))));
  }

  /** MIXED has a bias before a normalization, which the fused engine does not penalize. */
  @ParameterizedTest
  @EnumSource(names = {"NORM_AFTER_ACTIVATION", "PLAIN"})
  void shouldPenalizeTheSameBiases(FusableNetworks kind) {
    assertEqualEngines(
        kind,
        new Sgd(new StepSchedule(ScheduleType.ITERATION, 0.2, 0.5, 2)),
        all -> all.l2(0.1).l2Bias(0.2).weightDecayBias(0.1));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "None")
  void shouldNormalizeGradientsAlike(GradientNormalization kind) {
    assertEqualEngines(
        FusableNetworks.PLAIN,
        new Adam(0.01),
        all -> all.gradientNormalization(kind).gradientNormalizationThreshold(0.05).l2(0.01));
  }

  private static void assertEqualEngines(
      FusableNetworks kind,
      IUpdater updater,
      UnaryOperator<NeuralNetConfiguration.Builder> settings) {
    MultiLayerNetwork layers = train(kind.network(updater, settings), Engine.DL4J);
    MultiLayerNetwork fused = train(kind.network(updater, settings), Engine.FUSED);
    assertClose(layers.params(), fused.params());
    INDArray state = layers.getUpdater().getStateViewArray();
    if (state != null) {
      assertClose(state, fused.getUpdater().getStateViewArray());
    }
    assertEquals(layers.getIterationCount(), fused.getIterationCount());
  }

  private static MultiLayerNetwork train(MultiLayerNetwork network, Engine engine) {
    JavaRDD<DataSet> rows =
        spark
            .parallelize(List.of(List.of(batch(16, 1), batch(9, 2)), List.of(batch(14, 3))), 2)
            .flatMap(List::iterator);
    SparkDl4jMultiLayer onSpark =
        new SparkDl4jMultiLayer(
            spark,
            network,
            new SyncBatchNormTrainingMaster.Builder(8)
                .averagingFrequency(3)
                .engine(engine)
                .build());
    for (int epoch = 0; epoch < 3; epoch++) {
      onSpark.fit(rows);
    }
    return network;
  }

  private static DataSet batch(int rows, long seed) {
    Random random = new Random(seed);
    INDArray features = Nd4j.create(rows, FusableNetworks.INPUTS);
    INDArray labels = Nd4j.zeros(rows, FusableNetworks.CLASSES);
    for (int row = 0; row < rows; row++) {
      int label = random.nextInt(FusableNetworks.CLASSES);
      for (int i = 0; i < FusableNetworks.INPUTS; i++) {
        double signal = i % FusableNetworks.CLASSES == label ? 1 : 0;
        features.putScalar(row, i, 1 + random.nextGaussian() + signal);
      }
      labels.putScalar(row, label, 1);
    }
    return new DataSet(features, labels);
  }

  private static void assertClose(INDArray expected, INDArray found) {
    double difference = expected.distance2(found) / expected.norm2Number().doubleValue();
    assertTrue(difference <= TOLERANCE, "relative difference " + difference);
  }
}
