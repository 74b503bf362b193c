package io.syncnorm.dl4j.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.RowFormat;
import io.syncnorm.model.ModelException;
import io.syncnorm.model.TrainedModel;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Batches;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import io.syncnorm.nn.optimizer.Adam;
import io.syncnorm.nn.optimizer.Optimizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares the fused engine with DL4J's own layers: gradients, training, and prediction from the
 * zip.
 */
class Dl4jModelTest {
  /**
   * Relative difference allowed between two float computations in different orders of summation.
   */
  private static final double TOLERANCE = 1e-5;

  private static final Configuration ADAM =
      Configuration.defaults()
          .with(Keys.OPTIMIZER_TYPE, Keys.OptimizerType.ADAM)
          .with(Keys.LEARNING_RATE, 0.01)
          .with(Keys.BETA1, 0.9)
          .with(Keys.BETA2, 0.999)
          .with(Keys.OPTIMIZER_EPSILON, 1e-7)
          .with(Keys.SEED, 42L);
  private static final int INPUTS = 11;
  private static final int CLASSES = 4;
  private static final int ROWS = 16;

  @TempDir Path folder;

  static Stream<Architecture> architectures() {
    Optional<Layer.BatchNormalization> batchNorm =
        Optional.of(new Layer.BatchNormalization(0.9, 1e-3));
    // Without an activation the next normalization cancels beta, and its gradient is noise.
    return Stream.of(Activation.RELU, Activation.TANH, Activation.SIGMOID)
        .flatMap(
            activation ->
                Stream.of(batchNorm, Optional.<Layer.BatchNormalization>empty())
                    .map(
                        normalization ->
                            Architecture.perceptron(
                                INPUTS, List.of(9, 6), CLASSES, activation, normalization)));
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldHaveTheGradientsOfDl4jLayers(Architecture architecture) throws IOException {
    Problem problem = new Problem(architecture);
    MultiLayerNetwork dl4j = load(Dl4jModel.of(architecture, problem.state, ADAM));
    float[] gradient = new float[problem.state.parameters().length];
    Network network = new Network(architecture, ROWS, RankReduction.NONE);
    network.forward(problem.state, problem.batch());
    network.backward(problem.state, problem.batch(), gradient);

    dl4j.setInput(problem.features());
    dl4j.setLabels(problem.oneHot());
    dl4j.computeGradientAndScore();
    assertEquals(dl4j.score(), network.lossSum() / ROWS, 1e-5);
    Gradient expected = dl4j.gradient();
    ParameterLayout layout = ParameterLayout.of(architecture);
    int weighted = 0;
    int normalized = 0;
    for (int at = 0; at <= architecture.layers().size(); at++) {
      boolean isOutput = at == architecture.layers().size();
      if (isOutput || architecture.layers().get(at) instanceof Layer.Dense) {
        ParameterLayout.Weights layer = layout.weights().get(weighted++);
        assertClose(expected, at + "_W", gradient, layer.weights());
        if (layer.hasBias()) {
          assertClose(expected, at + "_b", gradient, layer.bias());
        }
      } else if (architecture.layers().get(at) instanceof Layer.BatchNormalization) {
        ParameterLayout.Normalization layer = layout.normalizations().get(normalized++);
        assertClose(expected, at + "_gamma", gradient, layer.gamma());
        assertClose(expected, at + "_beta", gradient, layer.beta());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldTrainAsDl4jDoes(Architecture architecture) throws IOException {
    Problem problem = new Problem(architecture);
    MultiLayerNetwork dl4j = load(Dl4jModel.of(architecture, problem.state, ADAM));
    float[] gradient = new float[problem.state.parameters().length];
    Network network = new Network(architecture, ROWS, RankReduction.NONE);
    Optimizer adam = new Adam.Rule(0.01, 0.9, 0.999, 1e-7).optimizer(gradient.length);
    for (int step = 0; step < 10; step++) {
      network.forward(problem.state, problem.batch());
      network.backward(problem.state, problem.batch(), gradient);
      adam.update(problem.state.parameters(), gradient, 1f / ROWS);
      dl4j.fit(new DataSet(problem.features(), problem.oneHot()));
    }
    float[] ours = network.predict(problem.state, problem.x, ROWS).clone();
    float[] theirs = dl4j.output(problem.features(), false).dup('c').data().asFloat();
    // Ten Adam steps divide tiny gradients by their own size, which amplifies rounding slightly.
    assertArrayEquals(theirs, Arrays.copyOf(ours, theirs.length), 1e-4f);
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldPredictTheSameFromTheZip(Architecture architecture) throws IOException {
    Problem problem = new Problem(architecture);
    Random random = new Random(9);
    for (int i = 0; i < problem.state.statistics().length; i++) {
      problem.state.statistics()[i] = 0.5f + random.nextFloat();
    }
    Path zip = folder.resolve("model.zip");
    write(Dl4jModel.of(architecture, problem.state, ADAM), zip);
    float[] expected =
        new Network(architecture, ROWS, RankReduction.NONE).predict(problem.state, problem.x, ROWS);
    for (Dl4jModel read : List.of(Dl4jModel.read(zip), FusedModel.read(zip))) {
      assertEquals(INPUTS, read.inputs());
      assertEquals(CLASSES, read.classes());
      assertArrayEquals(expected, read.predict(problem.x, ROWS), (float) TOLERANCE);
    }
  }

  @Test
  void shouldWriteEqualBytesForEqualModels() throws IOException {
    Architecture architecture = architectures().findFirst().orElseThrow();
    NetworkState state = new Problem(architecture).state;
    Path zip = folder.resolve("model.zip");
    Path again = folder.resolve("again.zip");
    write(Dl4jModel.of(architecture, state, ADAM), zip);
    write(Dl4jModel.of(architecture, state, ADAM), again);
    assertArrayEquals(Files.readAllBytes(zip), Files.readAllBytes(again));
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldWriteTheSameAsDl4jsOwnBuilderAndWriter(Architecture architecture) throws IOException {
    NetworkState state = new Problem(architecture).state;
    for (Configuration optimizer :
        List.of(
            ADAM,
            ADAM.with(Keys.OPTIMIZER_TYPE, Keys.OptimizerType.SGD),
            ADAM.with(Keys.INITIALIZATION, Keys.Initialization.HE_UNIFORM))) {
      Path zip = folder.resolve("model.zip");
      write(Dl4jModel.of(architecture, state, optimizer), zip);
      MultiLayerNetwork network =
          new MultiLayerNetwork(Dl4jBuilder.configuration(architecture, optimizer));
      network.init();
      network.setParams(MultiLayerNetwork.load(zip.toFile(), false).params());
      Path theirs = folder.resolve("theirs.zip");
      ModelSerializer.writeModel(network, theirs.toFile(), false);
      assertEquals(entries(theirs), entries(zip));
    }
  }

  /** Plain DL4J opens the zip, and predicts the same from rows that its normalizer transformed. */
  @ParameterizedTest
  @MethodSource("architectures")
  void shouldKeepNamesAndStandardizationInTheZip(Architecture architecture) throws Exception {
    Problem problem = new Problem(architecture);
    List<String> names = List.of("zero", "Größe, \"quoted\"", "", "0");
    Dl4jModel model =
        Dl4jModel.of(architecture, problem.state, ADAM)
            .withClassNames(names)
            .withStandardization(problem.means(), problem.deviations());
    float[] raw = problem.raw();
    float[] expected =
        new Network(architecture, ROWS, RankReduction.NONE).predict(problem.state, problem.x, ROWS);
    Path zip = folder.resolve("model.zip");
    write(model, zip);

    Dl4jModel fused = FusedModel.read(zip);
    Dl4jModel layers = LayerModel.read(zip);
    for (Dl4jModel each : List.of(model, fused, layers, sent(fused), sent(layers))) {
      each.prepare(RowFormat.ofVectors(INPUTS), zip);
      assertEquals(Optional.of(names), each.classNames());
      assertArrayEquals(expected, each.predict(raw, ROWS), (float) TOLERANCE);
      Path again = folder.resolve("again.zip");
      write(each, again);
      assertEquals(entries(zip), entries(again));
    }
    MultiLayerNetwork plain = ModelSerializer.restoreMultiLayerNetwork(zip.toFile(), false);
    DataNormalization normalizer = ModelSerializer.restoreNormalizerFromFile(zip.toFile());
    INDArray rows = Nd4j.createFromArray(raw).reshape(ROWS, INPUTS);
    normalizer.transform(rows);
    assertArrayEquals(
        expected, plain.output(rows, false).dup('c').data().asFloat(), (float) TOLERANCE);
  }

  /** The bytes that ND4J's own serializer writes. */
  @Test
  void shouldStoreAStandardizationAsNd4jDoes() throws IOException {
    float[] means = {0, -3.5f, 1e20f};
    float[] deviations = {1, 2e-5f, 0.25f};
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    NormalizerSerializer.getDefault()
        .write(
            new NormalizerStandardize(
                Nd4j.createFromArray(means).reshape(1, 3),
                Nd4j.createFromArray(deviations).reshape(1, 3)),
            expected);
    assertArrayEquals(
        expected.toByteArray(), new StoredStandardization(means, deviations).toBytes());
  }

  /** ND4J would raise the deviation to 1e-5. */
  @Test
  void shouldStandardizeByTinyDeviations() throws IOException {
    Architecture architecture = architectures().findFirst().orElseThrow();
    Problem problem = new Problem(architecture);
    float[] means = new float[INPUTS];
    float[] deviations = new float[INPUTS];
    Arrays.fill(deviations, 1e-7f);
    float[] raw = new float[problem.x.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = problem.x[i] * 1e-7f;
    }
    Path zip = folder.resolve("model.zip");
    Dl4jModel model = Dl4jModel.of(architecture, problem.state, ADAM);
    float[] expected = model.predict(problem.x, ROWS).clone();
    write(model.withStandardization(means, deviations), zip);
    for (Dl4jModel read : List.of(LayerModel.read(zip), FusedModel.read(zip))) {
      assertArrayEquals(expected, read.predict(raw, ROWS), (float) TOLERANCE);
    }
  }

  @Test
  void shouldRefuseExtrasThatDoNotFit() throws IOException {
    Architecture architecture = architectures().findFirst().orElseThrow();
    Dl4jModel model = Dl4jModel.of(architecture, new Problem(architecture).state, ADAM);
    float[] ones = new float[INPUTS];
    Arrays.fill(ones, 1);
    assertThrows(ModelException.class, () -> model.withClassNames(List.of("a", "b")));
    assertThrows(ModelException.class, () -> model.withStandardization(ones, new float[3]));
    Dl4jModel standardized = model.withStandardization(ones, ones);
    assertThrows(ModelException.class, () -> standardized.withStandardization(ones, ones));

    for (String labels : List.of("{}", "[null,\"b\",\"c\",\"d\"]", "[\"a\"]", "[", "null")) {
      Path zip = folder.resolve("labels.zip");
      write(model, zip);
      try (FileSystem entries = FileSystems.newFileSystem(zip)) {
        Files.writeString(entries.getPath(ZipExtras.LABELS_JSON), labels);
      }
      ModelException refused = assertThrows(ModelException.class, () -> Dl4jModel.read(zip));
      assertTrue(refused.getMessage().contains("labels.json"), refused.getMessage());
    }
  }

  private static Dl4jModel sent(Dl4jModel model) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(model.sent());
    TrainedModel.Sent read =
        (TrainedModel.Sent)
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    return (Dl4jModel) read.open();
  }

  /** Returns the checksum of each file in a zip by its name. */
  private static Map<String, Long> entries(Path zip) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      return file.stream().collect(Collectors.toMap(ZipEntry::getName, ZipEntry::getCrc));
    }
  }

  @Test
  void shouldNameAMissingModel() {
    ModelException missing =
        assertThrows(
            ModelException.class, () -> Dl4jModel.read(folder.resolve("nowhere/model.zip")));
    assertTrue(missing.getMessage().contains("nowhere"), missing.getMessage());
  }

  @Test
  void shouldNameATruncatedModel() throws IOException {
    Architecture architecture = architectures().findFirst().orElseThrow();
    Path zip = folder.resolve("torn.zip");
    write(Dl4jModel.of(architecture, new Problem(architecture).state, ADAM), zip);
    byte[] bytes = Files.readAllBytes(zip);
    Files.write(zip, Arrays.copyOf(bytes, bytes.length / 2));
    ModelException torn = assertThrows(ModelException.class, () -> Dl4jModel.read(zip));
    assertTrue(torn.getMessage().contains("torn.zip"), torn.getMessage());
    Files.writeString(zip, "not a zip at all");
    assertThrows(ModelException.class, () -> Dl4jModel.read(zip));
  }

  private MultiLayerNetwork load(Dl4jModel model) throws IOException {
    Path zip = folder.resolve("oracle.zip");
    write(model, zip);
    return MultiLayerNetwork.load(zip.toFile(), false);
  }

  private static void write(Dl4jModel model, Path zip) throws IOException {
    try (OutputStream out = Files.newOutputStream(zip)) {
      model.write(out);
    }
  }

  private static void assertClose(Gradient expected, String name, float[] found, int offset) {
    // Both are gradients of the summed loss: DL4J also divides by the rows only in its updater.
    float[] values = expected.getGradientFor(name).dup('c').reshape(-1).data().asFloat();
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < values.length; i++) {
      difference += Math.pow(values[i] - found[offset + i], 2);
      norm += Math.pow(values[i], 2);
    }
    double relative = Math.sqrt(difference / norm);
    assertTrue(relative <= TOLERANCE, name + ": relative error " + relative);
  }

  private static final class Problem {
    final float[] x = new float[ROWS * INPUTS];
    final int[] labels = new int[ROWS];
    final NetworkState state;

    Problem(Architecture architecture) {
      Random random = new Random(5);
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) random.nextGaussian();
      }
      for (int row = 0; row < ROWS; row++) {
        labels[row] = random.nextInt(CLASSES);
      }
      state = NetworkState.initial(architecture, 5);
      for (int i = 0; i < state.parameters().length; i++) {
        state.parameters()[i] += (float) (0.1 * random.nextGaussian());
      }
    }

    float[] means() {
      float[] means = new float[INPUTS];
      for (int i = 0; i < INPUTS; i++) {
        means[i] = 3 - i;
      }
      return means;
    }

    float[] deviations() {
      float[] deviations = new float[INPUTS];
      for (int i = 0; i < INPUTS; i++) {
        deviations[i] = i / 2f; // the first has no spread
      }
      return deviations;
    }

    /** Returns rows that are those of the problem when standardized. */
    float[] raw() {
      float[] raw = new float[x.length];
      for (int i = 0; i < raw.length; i++) {
        int feature = i % INPUTS;
        raw[i] = means()[feature] + x[i] * (feature == 0 ? 1 : deviations()[feature]);
      }
      return raw;
    }

    MiniBatch batch() {
      return Batches.of(x, labels, ROWS);
    }

    INDArray features() {
      return Nd4j.createFromArray(x).reshape(ROWS, INPUTS);
    }

    INDArray oneHot() {
      INDArray labelRows = Nd4j.zeros(ROWS, CLASSES);
      for (int row = 0; row < ROWS; row++) {
        labelRows.putScalar(row, labels[row], 1);
      }
      return labelRows;
    }
  }
}
