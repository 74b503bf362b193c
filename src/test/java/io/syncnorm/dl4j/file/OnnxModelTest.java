package io.syncnorm.dl4j.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.RowFormat;
import io.syncnorm.dl4j.FusableNetworks;
import io.syncnorm.model.ModelException;
import io.syncnorm.model.TrainedModel;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Window;
import io.syncnorm.onnx.OnnxRuntime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Tests DL4J's networks as ONNX files, with DL4J and ONNX Runtime as oracles. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OnnxModelTest {
  /** Difference allowed between engines that compute in float, in different orders. */
  private static final float TOLERANCE = 1e-5f;

  private static final int ROWS = 20;
  private static final int INPUTS = FusableNetworks.INPUTS;

  @TempDir Path folder;

  private Path export(Dl4jModel model) throws IOException {
    Path file = folder.resolve("model.onnx");
    try (OutputStream out = Files.newOutputStream(file)) {
      model.onnx().write(out, "1.2.3");
    }
    return file;
  }

  private Path save(MultiLayerNetwork network) throws IOException {
    Path zip = folder.resolve("model.zip");
    network.save(zip.toFile(), true);
    return zip;
  }

  @ParameterizedTest
  @EnumSource(FusableNetworks.class)
  void shouldPredictWhatDl4jPredicts(FusableNetworks each) throws Exception {
    MultiLayerNetwork network = each.network(new Sgd(0.1));
    network.fit(new DataSet(Nd4j.rand(ROWS, INPUTS), labels()));
    INDArray features = Nd4j.rand(ROWS, INPUTS);
    float[] rows = features.dup('c').data().asFloat();
    float[] expected = network.output(features).dup('c').data().asFloat();

    Path file = export(Dl4jModel.read(save(network)));
    assertArrayEquals(expected, TrainedModel.read(file).predict(rows, ROWS), TOLERANCE);
    try (OnnxRuntime runtime = new OnnxRuntime(Files.readAllBytes(file))) {
      assertArrayEquals(expected, runtime.predict(rows, ROWS), TOLERANCE);
    }
  }

  private static INDArray labels() {
    INDArray labels = Nd4j.zeros(ROWS, FusableNetworks.CLASSES);
    for (int row = 0; row < ROWS; row++) {
      labels.putScalar(row, row % FusableNetworks.CLASSES, 1);
    }
    return labels;
  }

  static Stream<Arguments> normalizers() {
    return Stream.of(
        Arguments.of(new NormalizerStandardize(), 1),
        Arguments.of(new NormalizerStandardize(), 255),
        Arguments.of(new NormalizerMinMaxScaler(-1, 1), 1),
        Arguments.of(new NormalizerMinMaxScaler(), 255),
        Arguments.of(new ImagePreProcessingScaler(-1, 1), 255),
        Arguments.of(new ImagePreProcessingScaler(0, 1, 1), 1));
  }

  /**
   * @param unit what the normalizer was fitted on: features of SyncNorm's, or 255 times as much
   */
  @ParameterizedTest
  @MethodSource("normalizers")
  void shouldScaleAsTheZipDoes(DataNormalization normalizer, int unit) throws Exception {
    MultiLayerNetwork network = FusableNetworks.PLAIN.network(new Sgd(0.1));
    INDArray features = Nd4j.rand(ROWS, INPUTS);
    INDArray theirs = features.mul(unit);
    normalizer.fit(new DataSet(theirs.dup(), labels()));
    Path zip = save(network);
    ModelSerializer.addNormalizerToModel(zip.toFile(), normalizer);
    float[] given = theirs.dup('c').data().asFloat();
    normalizer.transform(theirs);
    float[] expected = network.output(theirs).dup('c').data().asFloat();

    Path file = export(Dl4jModel.read(zip));
    float[] rows = features.dup('c').data().asFloat();
    assertArrayEquals(expected, TrainedModel.read(file).predict(rows, ROWS), TOLERANCE);
    try (OnnxRuntime runtime = new OnnxRuntime(Files.readAllBytes(file))) {
      assertArrayEquals(expected, runtime.predict(given, ROWS), TOLERANCE);
    }
    TrainedModel vectors = TrainedModel.read(file).sent().open();
    vectors.prepare(RowFormat.ofVectors(INPUTS), file);
    assertArrayEquals(expected, vectors.predict(given, ROWS), TOLERANCE);
  }

  @Test
  void shouldKeepTheNamesOfClassesAndAStandardization() throws IOException {
    Architecture architecture =
        Architecture.perceptron(3, List.of(4), 2, io.syncnorm.nn.Activation.RELU, Optional.empty());
    Dl4jModel model =
        Dl4jModel.of(architecture, NetworkState.initial(architecture, 1), Configuration.defaults())
            .withClassNames(List.of("no", "yes"))
            .withStandardization(new float[] {1, -2, 1e6f}, new float[] {0.5f, 0, 3});
    TrainedModel read = TrainedModel.read(export(model));

    assertEquals(Optional.of(List.of("no", "yes")), read.classNames());
    assertEquals(3, read.inputs());
    assertEquals(2, read.classes());
    float[] row = {1.25f, -3, 1_000_007};
    assertArrayEquals(model.predict(row, 1).clone(), read.predict(row, 1), TOLERANCE);
  }

  @Test
  void shouldRefuseImagesInAnotherOrder() throws IOException {
    Layer convolution =
        new Layer.Convolution(2, Window.square(2, 1, Window.Fixed.VALID), Layer.Bias.TRAINED);
    Dimensions image = new Dimensions(4, 5, 3);
    Architecture architecture = new Architecture(image, List.of(convolution), 2);
    Dl4jModel model =
        Dl4jModel.of(architecture, NetworkState.initial(architecture, 1), Configuration.defaults());
    Path file = export(model);

    TrainedModel read = TrainedModel.read(file);
    read.prepare(new RowFormat(List.of(4, 5, 3), true), file);
    ModelException thrown =
        assertThrows(
            ModelException.class, () -> read.prepare(new RowFormat(List.of(3, 4, 5), true), file));
    assertTrue(
        thrown.getMessage().contains("height, width and channels: expected [4, 5, 3]"),
        thrown.getMessage());
  }

  @Test
  void shouldNameALayerThatCannotBeWritten() throws IOException {
    assertRefused("layer 1 is a PReLULayer", new PReLULayer.Builder().inputShape(4).build());
    assertRefused(
        "layer 1 has activation gelu",
        new DenseLayer.Builder().nOut(4).activation(Activation.GELU).build());
  }

  private void assertRefused(String expected, org.deeplearning4j.nn.conf.layers.Layer layer)
      throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(0.1))
                .list()
                .layer(new DenseLayer.Builder().nOut(4).activation(Activation.RELU).build())
                .layer(layer)
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(3))
                .build());
    network.init();
    Dl4jModel model = Dl4jModel.read(save(network));
    String message = assertThrows(ModelException.class, model::onnx).getMessage();
    assertTrue(message.startsWith("the network cannot be written as ONNX"), message);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void shouldNameATruncatedFile() throws IOException {
    MultiLayerNetwork network = FusableNetworks.PLAIN.network(new Sgd(0.1));
    Path file = export(Dl4jModel.read(save(network)));
    byte[] bytes = Files.readAllBytes(file);
    ByteArrayOutputStream torn = new ByteArrayOutputStream();
    torn.write(bytes, 0, bytes.length / 2);
    Files.write(file, torn.toByteArray());

    String message = assertThrows(ModelException.class, () -> TrainedModel.read(file)).getMessage();
    assertTrue(
        message.startsWith("cannot read " + file + " as an ONNX file of SyncNorm: it is truncated"),
        message);
  }
}
