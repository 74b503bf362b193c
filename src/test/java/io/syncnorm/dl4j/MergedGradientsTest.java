package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.nn.Vectors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Compares DL4J's layers, trained with the gradient of all ranks, with one DL4J network on the
 * batches of all ranks.
 */
@Timeout(120)
class MergedGradientsTest {
  /** Relative difference allowed after {@link #STEPS} steps in float, which differ by rounding. */
  private static final double TOLERANCE = 1e-4;

  private static final int STEPS = 10;
  private static final int BATCH = 4;

  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[3]")
                .setAppName("MergedGradientsTest")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /** The second of three ranks has rows for half of the steps, and the third has none. */
  @ParameterizedTest
  @CsvSource({"MLP, None", "MLP, RenormalizeL2PerLayer", "MLP, ClipL2PerParamType", "CNN, None"})
  void shouldEqualOneNetworkOnTheConcatenatedBatch(
      Networks kind, GradientNormalization normalization) {
    assertEqualsOneNetwork(
        network(kind, normalization),
        List.of(kind.batches(STEPS, BATCH, 0), kind.batches(STEPS / 2, BATCH, 1), List.of()));
  }

  @Test
  void shouldSumGradientsIfTheNetworkDoesNotDivideByRows() {
    MultiLayerNetwork network = network(Networks.MLP, GradientNormalization.None);
    network.getLayerWiseConfigurations().getConfs().forEach(conf -> conf.setMiniBatch(false));
    network.conf().setMiniBatch(false);
    assertEqualsOneNetwork(network, List.of(Networks.MLP.batches(STEPS, BATCH, 0)));
  }

  private static void assertEqualsOneNetwork(MultiLayerNetwork one, List<List<DataSet>> ranks) {
    MultiLayerNetwork trained =
        new SparkDl4jMultiLayer(spark, one.clone(), master()).fit(partitioned(ranks));
    concatenated(ranks).forEach(one::fit);
    assertClose(Parameters.of(one), Parameters.of(trained));
    assertClose(
        one.getUpdater().getStateViewArray().dup().data().asFloat(),
        trained.getUpdater().getStateViewArray().dup().data().asFloat());
    assertEquals(STEPS, trained.getIterationCount());
  }

  @Test
  void shouldTrainGraphs() {
    List<List<DataSet>> ranks =
        List.of(Networks.CNN.batches(STEPS, BATCH, 0), Networks.CNN.batches(STEPS / 2, BATCH, 1));
    ComputationGraph one = graph();
    concatenated(ranks).forEach(one::fit);
    ComputationGraph trained =
        new SparkComputationGraph(spark, graph(), master()).fit(partitioned(ranks));
    assertClose(one.params().dup().data().asFloat(), trained.params().dup().data().asFloat());
  }

  /** Averaging gradients also averages the changes of running statistics. */
  @ParameterizedTest
  @CsvSource({"local", "group(2)"})
  void shouldKeepModelsEqualWhicheverRanksNormalizeTogether(String sync) {
    List<List<DataSet>> ranks =
        IntStream.range(0, 3).mapToObj(rank -> Networks.MLP.batches(STEPS, BATCH, rank)).toList();
    MultiLayerNetwork network = network(Networks.MLP, GradientNormalization.None);
    float[] before = Parameters.of(network);
    // The ranks compare their models at the end.
    MultiLayerNetwork trained =
        new SparkDl4jMultiLayer(
                spark, network, builder().set("model.batch-norm.sync=" + sync).build())
            .fit(partitioned(ranks));
    assertTrue(Vectors.distance(before, Parameters.of(trained)) > TOLERANCE, "it must train");
  }

  private static SyncBatchNormTrainingMaster master() {
    return builder().build();
  }

  private static SyncBatchNormTrainingMaster.Builder builder() {
    return new SyncBatchNormTrainingMaster.Builder(BATCH)
        .engine(Engine.DL4J)
        .set("training.averaging.merge=gradients");
  }

  /**
   * Returns a network with Adam, whose epsilon suppresses the rounding noise of gradients that are
   * zero.
   */
  private static MultiLayerNetwork network(Networks kind, GradientNormalization normalization) {
    MultiLayerConfiguration configuration =
        kind.configuration(
            new BatchNormalization.Builder(), new Adam(0.01, 0.9, 0.999, 1e-2), DataType.FLOAT);
    for (NeuralNetConfiguration conf : configuration.getConfs()) {
      if (conf.getLayer() instanceof BaseLayer layer) {
        layer.setGradientNormalization(normalization);
      }
    }
    return Networks.initialized(configuration);
  }

  private static ComputationGraph graph() {
    ComputationGraph graph = new ComputationGraph(Networks.CNN.graph());
    graph.init();
    return graph;
  }

  private static List<DataSet> concatenated(List<List<DataSet>> ranks) {
    List<DataSet> steps = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      int at = step;
      steps.add(
          DataSet.merge(
              ranks.stream().filter(own -> at < own.size()).map(own -> own.get(at)).toList()));
    }
    return steps;
  }

  private static JavaRDD<DataSet> partitioned(List<List<DataSet>> ranks) {
    return spark.parallelize(ranks, ranks.size()).flatMap(Collection::iterator);
  }

  private static void assertClose(float[] expected, float[] found) {
    double difference = Vectors.distance(expected, found);
    assertTrue(difference <= TOLERANCE, "relative difference " + difference);
  }
}
