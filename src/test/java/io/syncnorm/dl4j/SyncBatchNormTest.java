package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.dl4j.layer.SynchronizedLayers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Tests conversion in both directions, and saved networks. */
class SyncBatchNormTest {
  private static final String OURS = "io.syncnorm";

  /** Float rounding of predictions between 0 and 1, after the arithmetic of two layers. */
  private static final double TOLERANCE = 1e-6;

  /** Larger, because Adam divides tiny gradients by their own size, including rounding. */
  private static final double AFTER_ADAM = 1e-3;

  @TempDir Path folder;

  @Test
  void shouldConvertAndRevertEveryKind() {
    for (Networks kind : Networks.values()) {
      MultiLayerConfiguration plain = kind.network(DataType.FLOAT).getLayerWiseConfigurations();
      String before = plain.toJson();
      MultiLayerConfiguration converted = SyncBatchNorm.convert(plain);
      assertEquals(before, plain.toJson(), "what is given stays as it is");
      assertNotEquals(plain, converted);
      String json = converted.toJson();
      assertFalse(json.contains('"' + BatchNormalization.class.getName() + '"'), json);
      assertEquals(
          before,
          json.replace(SyncBatchNormalization.class.getName(), BatchNormalization.class.getName()));
      assertEquals(converted, MultiLayerConfiguration.fromJson(json));
      assertEquals(converted, MultiLayerConfiguration.fromYaml(converted.toYaml()));
      assertEquals(converted, SyncBatchNorm.convert(converted), "nothing left to do");
      MultiLayerConfiguration reverted = SyncBatchNorm.revert(converted);
      assertEquals(plain, reverted);
      assertEquals(before, reverted.toJson());
      assertFalse(reverted.toYaml().contains(OURS));
    }
  }

  @Test
  void shouldConvertAndRevertGraphs() {
    ComputationGraph graph = new ComputationGraph(Networks.CNN.graph());
    graph.init();
    ComputationGraphConfiguration plain = graph.getConfiguration();
    ComputationGraphConfiguration converted = SyncBatchNorm.convert(plain);
    assertTrue(converted.toJson().contains(SyncBatchNormalization.class.getName()));
    assertEquals(converted, ComputationGraphConfiguration.fromJson(converted.toJson()));
    assertEquals(converted, ComputationGraphConfiguration.fromYaml(converted.toYaml()));
    assertEquals(plain.toJson(), SyncBatchNorm.revert(converted).toJson());
  }

  @Test
  void shouldKeepEverySetting() {
    BatchNormalization plain = (BatchNormalization) everySetting(new BatchNormalization.Builder());
    Layer synced = everySetting(new SyncBatchNormalization.Builder());
    assertInstanceOf(SyncBatchNormalization.class, synced);
    assertEquals(synced, LayerCopy.as(SyncBatchNormalization.class, plain));
    assertEquals(plain, LayerCopy.as(BatchNormalization.class, (BatchNormalization) synced));
    assertNotEquals(plain, synced);
    assertNotEquals(synced, plain);
    assertEquals(synced, synced.clone());
  }

  @Test
  void shouldPredictTheSameAfterTrainingAndReverting() throws Exception {
    DataSet batch = Networks.CNN.rows(10, 1);
    MultiLayerNetwork synced = SyncBatchNorm.convert(adam(Networks.CNN));
    trainInAWorld(synced, batch);
    MultiLayerNetwork reverted = SyncBatchNorm.revert(synced);
    assertFalse(reverted.getLayerWiseConfigurations().toJson().contains(OURS));
    assertClose(
        synced.output(batch.getFeatures()), reverted.output(batch.getFeatures()), TOLERANCE);
    assertEquals(
        synced.getUpdater().getStateViewArray(), reverted.getUpdater().getStateViewArray());
    assertEquals(synced.getIterationCount(), reverted.getIterationCount());
    // And it continues training like DL4J's own.
    synced.fit(batch);
    reverted.fit(batch);
    assertClose(
        synced.output(batch.getFeatures()), reverted.output(batch.getFeatures()), AFTER_ADAM);
  }

  @Test
  void shouldRevertGraphsWithTheirState() {
    DataSet batch = Networks.CNN.rows(10, 1);
    ComputationGraph graph = new ComputationGraph(Networks.CNN.graph());
    graph.init();
    ComputationGraph synced = SyncBatchNorm.convert(graph);
    synced.fit(batch);
    synced.fit(batch);
    ComputationGraph reverted = SyncBatchNorm.revert(synced);
    assertFalse(reverted.getConfiguration().toJson().contains(OURS));
    assertEquals(2, reverted.getConfiguration().getIterationCount());
    assertClose(
        synced.outputSingle(batch.getFeatures()),
        reverted.outputSingle(batch.getFeatures()),
        TOLERANCE);
  }

  @Test
  void shouldSurviveSavingAndLoadingByDl4j() throws IOException {
    DataSet batch = Networks.CNN_NHWC.rows(10, 1);
    MultiLayerNetwork synced = SyncBatchNorm.convert(adam(Networks.CNN_NHWC));
    synced.fit(batch);
    Path zip = folder.resolve("model.zip");
    synced.save(zip.toFile(), true);
    MultiLayerNetwork loaded = MultiLayerNetwork.load(zip.toFile(), true);
    assertEquals(2, SynchronizedLayers.of(loaded).layers().size());
    assertEquals(synced.params(), loaded.params());
    synced.fit(batch);
    loaded.fit(batch);
    assertEquals(synced.params(), loaded.params());
  }

  @Test
  void shouldKeepDl4jsOwnLayerInFrozenLayers() {
    MultiLayerNetwork frozen =
        new TransferLearning.Builder(Networks.MLP.network(DataType.FLOAT))
            .setFeatureExtractor(1)
            .build();
    MultiLayerNetwork synced = SyncBatchNorm.convert(frozen);
    assertEquals(1, SynchronizedLayers.of(synced).layers().size());
    assertEquals(frozen.params(), synced.params());
    Layer frozenAfterwards = new FrozenLayer(new SyncBatchNormalization());
    Layer withBackprop = new FrozenLayerWithBackprop(new SyncBatchNormalization());
    for (Layer layer : List.of(frozenAfterwards, withBackprop)) {
      for (LayerConversion conversion : LayerConversion.values()) {
        assertFalse(LayerCopy.holds(SyncBatchNormalization.class, conversion.layer(layer, ""), ""));
      }
    }
  }

  @Test
  void shouldNameALayerThatContainsBatchNormalization() {
    assertRefused(new Hiding(new BatchNormalization()), "contains it");
    assertRefused(new TimeDistributed(new Hiding(new BatchNormalization())), "contains it");
    assertRefused(new Derived(), "is a subclass of it");
  }

  private static void assertRefused(Layer layer, String why) {
    layer.setLayerName("third");
    MultiLayerConfiguration configuration =
        Networks.MLP.network(DataType.FLOAT).getLayerWiseConfigurations();
    configuration.getConf(2).setLayer(layer);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> SyncBatchNorm.convert(configuration));
    assertTrue(refused.getMessage().contains("layer 2 \"third\""), refused.getMessage());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  private static Layer everySetting(BatchNormalization.Builder builder) {
    return builder
        .decay(0.7)
        .eps(1e-4)
        .minibatch(false)
        .gamma(2)
        .beta(0.3)
        .lockGammaBeta(false)
        .useLogStd(false)
        .dataFormat(org.deeplearning4j.nn.conf.CNN2DFormat.NHWC)
        .helperAllowFallback(false)
        .nIn(4)
        .nOut(4)
        .name("norm")
        .dropOut(new Dropout(0.5))
        .updater(new Adam(0.003))
        .constrainAllParameters(new MaxNormConstraint(1, 1))
        .activation(Activation.TANH)
        .l2(0.1)
        .build();
  }

  private static MultiLayerNetwork adam(Networks kind) {
    return Networks.initialized(
        kind.configuration(new BatchNormalization.Builder(), new Adam(0.01), DataType.FLOAT));
  }

  private static void trainInAWorld(MultiLayerNetwork network, DataSet batch) throws Exception {
    MultiLayerNetwork other = network.clone();
    Ranks.run(
        2,
        communicator -> {
          MultiLayerNetwork mine = communicator.rank() == 0 ? network : other;
          try (SyncScope scope = SyncScope.enter(mine, communicator)) {
            for (int step = 0; step < 5; step++) {
              scope.at(1, step);
              mine.fit(batch);
            }
          }
          return mine;
        });
  }

  private static void assertClose(INDArray expected, INDArray found, double tolerance) {
    double difference = expected.sub(found).amaxNumber().doubleValue();
    assertTrue(difference <= tolerance, "difference " + difference);
  }

  /** A layer with a private inner layer. */
  static final class Hiding extends ActivationLayer {
    private static final long serialVersionUID = 1;
    private final Layer hidden;

    Hiding(Layer hidden) {
      this.hidden = hidden;
    }

    /** Makes the inner layer part of the JSON. */
    public Layer getHidden() {
      return hidden;
    }
  }

  /** A user's subclass of batch normalization. */
  static final class Derived extends BatchNormalization {
    private static final long serialVersionUID = 1;
  }
}
