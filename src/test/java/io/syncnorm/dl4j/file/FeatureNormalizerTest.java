package io.syncnorm.dl4j.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.RowFormat;
import io.syncnorm.dl4j.FusableNetworks;
import io.syncnorm.dl4j.Networks;
import io.syncnorm.model.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.MultiNormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Compares model zips with normalizers with ND4J's own arithmetic. */
class FeatureNormalizerTest {
  /** Difference allowed between probabilities from features computed in double and in float. */
  private static final float TOLERANCE = 1e-5f;

  private static final int ROWS = 20;
  private static final int INPUTS = FusableNetworks.INPUTS;

  @TempDir Path folder;
  private MultiLayerNetwork network;
  private Path zip;

  @BeforeEach
  void write() throws IOException {
    network = FusableNetworks.PLAIN.network(new Sgd(0.1));
    zip = folder.resolve("model.zip");
    network.save(zip.toFile(), true);
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

  @ParameterizedTest
  @MethodSource("normalizers")
  void shouldApplyWhatTheZipBringsAndHandItOn(DataNormalization normalizer, int unit)
      throws IOException {
    INDArray features = features();
    INDArray theirs = features.mul(unit);
    normalizer.fit(new DataSet(theirs.dup(), Nd4j.zeros(ROWS, FusableNetworks.CLASSES)));
    ModelSerializer.addNormalizerToModel(zip.toFile(), normalizer);
    normalizer.transform(theirs);
    float[] expected = network.output(theirs).dup('c').data().asFloat();

    Dl4jModel model = Dl4jModel.read(zip);
    float[] rows = features.dup('c').data().asFloat();
    assertArrayEquals(expected, model.predict(rows, ROWS), TOLERANCE);
    assertArrayEquals(features.dup('c').data().asFloat(), rows);
    NetworkFile start = NetworkFile.read(zip, 42);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    start.model(start.start(Configuration.defaults())).write(out);
    Files.write(zip, out.toByteArray());
    assertArrayEquals(expected, Dl4jModel.read(zip).predict(rows, ROWS), TOLERANCE);
  }

  @Test
  void shouldNotScaleNumbersThatAreNotPixels() throws IOException {
    INDArray features = features().mul(200);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(new DataSet(features.dup(), Nd4j.zeros(ROWS, FusableNetworks.CLASSES)));
    ModelSerializer.addNormalizerToModel(zip.toFile(), normalizer);
    float[] rows = features.dup('c').data().asFloat();
    normalizer.transform(features);

    Dl4jModel model = Dl4jModel.read(zip);
    model.prepare(RowFormat.ofVectors(INPUTS), zip);
    assertArrayEquals(
        network.output(features).dup('c').data().asFloat(), model.predict(rows, ROWS), TOLERANCE);
  }

  @Test
  void shouldNameANormalizerThatIsNotSupported() throws IOException {
    NormalizerStandardize labels = new NormalizerStandardize();
    labels.fitLabel(true);
    labels.fit(new DataSet(features(), Nd4j.rand(ROWS, FusableNetworks.CLASSES)));
    ModelSerializer.addNormalizerToModel(zip.toFile(), labels);
    assertRefused("its NormalizerStandardize also normalizes labels");

    MultiNormalizerStandardize multi = new MultiNormalizerStandardize();
    multi.fit(new org.nd4j.linalg.dataset.MultiDataSet(features(), features()));
    ModelSerializer.addNormalizerToModel(zip.toFile(), multi);
    assertRefused("its normalizer is a MultiNormalizerStandardize");

    ComputationGraph graph = new ComputationGraph(Networks.MLP.graph());
    graph.init();
    graph.save(zip.toFile(), false);
    assertRefused("it is a ComputationGraph zip");
  }

  private void assertRefused(String words) {
    for (ModelException refused :
        new ModelException[] {
          assertThrows(ModelException.class, () -> Dl4jModel.read(zip)),
          assertThrows(ModelException.class, () -> NetworkFile.read(zip, 42))
        }) {
      assertTrue(refused.getMessage().contains(words), refused.getMessage());
    }
  }

  /** Returns features in the range of pixels / 255. */
  private static INDArray features() {
    return Nd4j.rand(ROWS, INPUTS);
  }
}
