package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Compares the layer on one rank with DL4J's own layer. */
class SyncBatchNormalizationTest {
  /** Relative to the largest value, for float sums in different orders. */
  private static final double TOLERANCE = 1e-5;

  private static final int STEPS = 5;

  static Stream<Arguments> cases() {
    return Stream.of(Networks.values())
        .flatMap(
            network ->
                Stream.of("learned", "locked", "locked 2, 0", "locked 2, 0.5")
                    .flatMap(
                        scale ->
                            Stream.of(true, false)
                                .map(logStd -> Arguments.of(network, scale, logStd))))
        // DL4J's own layer fails here: it looks for channels in a shape of two numbers.
        .filter(
            arguments ->
                arguments.get()[0] != Networks.CNN_NHWC || arguments.get()[1].equals("learned"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldTrainAndPredictLikeDl4jsOwn(Networks kind, String scale, boolean logStd) {
    MultiLayerConfiguration configuration =
        kind.configuration(norm(scale).useLogStd(logStd).decay(0.8), new Sgd(0.1), DataType.FLOAT);
    MultiLayerNetwork plain = Networks.initialized(configuration.clone());
    MultiLayerNetwork synced = Networks.initialized(SyncBatchNorm.convert(configuration));
    assertClose(plain.params(), synced.params(), "initial parameters");
    for (int step = 0; step < STEPS; step++) {
      DataSet batch = kind.rows(9, step);
      assertEquals(gradient(plain, batch).getSecond(), gradient(synced, batch).getSecond(), 1e-5);
      assertClose(
          gradient(plain, batch).getFirst(), gradient(synced, batch).getFirst(), "gradient");
      assertClose(
          plain.output(batch.getFeatures(), true),
          synced.output(batch.getFeatures(), true),
          "output in training");
      plain.fit(batch);
      synced.fit(batch);
      assertClose(plain.params(), synced.params(), "parameters and running statistics");
      assertClose(
          plain.output(batch.getFeatures()), synced.output(batch.getFeatures()), "prediction");
    }
  }

  static Stream<Arguments> whatDl4jsOwnCannotTrain() {
    return Stream.of(
        Arguments.of(new long[] {6, 4, 5}, CNN2DFormat.NCHW, 1, "learned"),
        Arguments.of(new long[] {6, 4, 2, 3, 5}, CNN2DFormat.NCHW, 1, "learned"),
        Arguments.of(new long[] {6, 4, 2, 3, 5}, CNN2DFormat.NCHW, 1, "locked 2, 0.5"),
        Arguments.of(new long[] {6, 3, 5, 4}, CNN2DFormat.NHWC, 3, "locked"),
        Arguments.of(new long[] {6, 3, 5, 4}, CNN2DFormat.NHWC, 3, "locked 2, 0.5"));
  }

  /** Compares with DL4J's own layer that gets the positions as rows. */
  @ParameterizedTest
  @MethodSource("whatDl4jsOwnCannotTrain")
  void shouldTreatPositionsLikeRows(long[] shape, CNN2DFormat format, int axis, String scale) {
    int[] featuresLast =
        IntStream.concat(
                IntStream.range(0, shape.length).filter(dimension -> dimension != axis),
                IntStream.of(axis))
            .toArray();
    for (char order : new char[] {'c', 'f'}) {
      INDArray x = Nd4j.rand(DataType.FLOAT, shape).addi(3).dup(order);
      INDArray dy = Nd4j.rand(DataType.FLOAT, shape).subi(0.5).dup(order == 'c' ? 'f' : 'c');
      Layer synced =
          layer(LayerCopy.as(SyncBatchNormalization.class, norm(scale).dataFormat(format).build()));
      Layer plain = layer(norm(scale).build());
      LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
      assertClose(
          plain.activate(rows(x, featuresLast), true, none),
          rows(synced.activate(x, true, none), featuresLast),
          "y");
      INDArray expected = plain.backpropGradient(rows(dy, featuresLast), none).getSecond();
      assertClose(
          expected, rows(synced.backpropGradient(dy, none).getSecond(), featuresLast), "dx");
      assertClose(plain.getGradientsViewArray(), synced.getGradientsViewArray(), "gradient");
    }
  }

  @Test
  void shouldReadEveryOrderAndType() {
    INDArray x = Nd4j.rand(DataType.DOUBLE, 7, 4, 3, 5).addi(1);
    INDArray expected =
        layer(new SyncBatchNormalization()).activate(x, true, LayerWorkspaceMgr.noWorkspaces());
    INDArray wide = Nd4j.rand(DataType.DOUBLE, 9, 4, 3, 5);
    INDArray view = wide.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(1, 8));
    view.assign(x);
    Stream.of(
            x.dup('f'),
            view,
            x.permute(0, 2, 3, 1).dup('c').permute(0, 3, 1, 2),
            x.permute(3, 2, 1, 0).dup('f').permute(3, 2, 1, 0),
            x.castTo(DataType.FLOAT))
        .forEach(
            same ->
                assertClose(
                    expected,
                    layer(new SyncBatchNormalization())
                        .activate(same, true, LayerWorkspaceMgr.noWorkspaces()),
                    Arrays.toString(same.stride()) + same.ordering()));
  }

  @Test
  void shouldTrainInHalfPrecision() {
    MultiLayerNetwork synced =
        SyncBatchNorm.convert(
            Networks.initialized(
                Networks.MLP.configuration(
                    new BatchNormalization.Builder(), new Sgd(0.1), DataType.FLOAT16)));
    DataSet batch = Networks.MLP.rows(12, 1);
    double before = synced.score(batch);
    for (int step = 0; step < 20; step++) {
      synced.fit(batch);
    }
    assertTrue(synced.score(batch) < before, before + " -> " + synced.score(batch));
    assertEquals(DataType.FLOAT16, synced.output(batch.getFeatures()).dataType());
  }

  @Test
  void shouldNameAWrongShape() {
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                layer(new SyncBatchNormalization())
                    .activate(Nd4j.ones(2, 5), true, LayerWorkspaceMgr.noWorkspaces()));
    assertTrue(wrong.getMessage().contains("features=4"), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("shape=[2, 5]"), wrong.getMessage());
  }

  private static BatchNormalization.Builder norm(String scale) {
    return switch (scale) {
      case "learned" -> new BatchNormalization.Builder(2, 0.5);
      case "locked" -> new BatchNormalization.Builder(true);
      case "locked 2, 0" -> new BatchNormalization.Builder(2, 0, true);
      case "locked 2, 0.5" -> new BatchNormalization.Builder(2, 0.5, true);
      default -> throw new IllegalArgumentException(scale);
    };
  }

  /** Returns a single layer of four features. */
  private static Layer layer(BatchNormalization configuration) {
    configuration.setNIn(4);
    configuration.setNOut(4);
    NeuralNetConfiguration conf = new NeuralNetConfiguration.Builder().layer(configuration).build();
    long count = configuration.initializer().numParams(configuration);
    Layer layer =
        configuration.instantiate(
            conf, null, 0, Nd4j.create(DataType.FLOAT, 1, count), true, DataType.FLOAT);
    layer.setBackpropGradientsViewArray(Nd4j.create(DataType.FLOAT, 1, count));
    return layer;
  }

  private static INDArray rows(INDArray array, int[] featuresLast) {
    INDArray permuted = array.permute(featuresLast).dup('c');
    return permuted.reshape('c', permuted.length() / 4, 4);
  }

  private static Pair<INDArray, Double> gradient(MultiLayerNetwork network, DataSet batch) {
    network.setInput(batch.getFeatures());
    network.setLabels(batch.getLabels());
    network.computeGradientAndScore();
    return Pair.of(network.getFlattenedGradients().dup(), network.score());
  }

  private static void assertClose(INDArray expected, INDArray found, String what) {
    assertArrayEquals(expected.shape(), found.shape(), what);
    INDArray reference = expected.castTo(DataType.DOUBLE).dup('c');
    double largest = reference.amaxNumber().doubleValue();
    double difference =
        found.castTo(DataType.DOUBLE).dup('c').sub(reference).amaxNumber().doubleValue();
    assertTrue(difference <= TOLERANCE * largest, what + ": " + difference + " of " + largest);
  }
}
