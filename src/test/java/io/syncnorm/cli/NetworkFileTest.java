package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.IdxType;
import io.syncnorm.dl4j.KerasFile;
import io.syncnorm.dl4j.KerasImageFile;
import io.syncnorm.keras.KerasSamples;
import io.syncnorm.report.ModelResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Tests runs with a DL4J network in place of the configured one. */
@Timeout(120)
class NetworkFileTest {
  @TempDir Path folder;
  private SampleData data;
  private Path network;
  private Path out;

  @BeforeEach
  void writeFiles() throws IOException {
    data = SampleData.write(folder);
    out = folder.resolve("runs");
    network = folder.resolve("network.json");
    Files.writeString(network, convolutional(SampleData.CLASSES).toJson());
  }

  @Test
  void shouldTrainAndResumeAndWorkWithOtherCommands() throws IOException {
    String[] settings = {"model.dl4j=" + network, "training.epochs=8", "training.world=2"};
    CommandRun first = CommandRun.of(data.command("train", settings), out);
    RunFolder run = RunFolder.of(first, out);
    ModelResult model = run.result().models().get(0);
    assertEquals("dl4j", model.name());
    assertTrue(model.batchNorm());
    assertEquals(4 * 9 + 4 + 4 * 4 + 16 * 3 + 3, model.parameters());
    assertTrue(model.testAccuracy() > 0.9, "testAccuracy=" + model.testAccuracy());
    assertTrue(run.result().data().containsKey(network.toString()));
    String trainAccuracy = run.text("metrics.csv").lines().skip(8).findFirst().orElseThrow();
    assertTrue(Double.parseDouble(trainAccuracy.split(",", -1)[3]) > 0.9, trainAccuracy);

    String hash = run.parametersHash("model.zip");
    Files.delete(run.file("result.json"));
    Files.delete(run.file("checkpoints/dl4j-8.ckpt"));
    CommandRun again = CommandRun.of(data.command("train", settings), out);
    assertTrue(again.err().contains("epoch 8"), again.err());
    assertEquals(hash, RunFolder.of(again, out).parametersHash("model.zip"));

    CommandRun evaluated =
        CommandRun.of(
            data.command("evaluate", settings), out, "--model", run.file("model.zip").toString());
    assertTrue(
        evaluated.done().out().contains("\"testAccuracy\":" + model.testAccuracy()),
        evaluated.out());
  }

  @Test
  void shouldTrainInTheFusedEngineAsInDl4jsLayers() throws IOException {
    List<float[]> models = new ArrayList<>();
    for (String engine : List.of("fused", "dl4j")) {
      String[] settings = {
        "model.dl4j=" + network,
        "model.engine=" + engine,
        "model.batch-norm.recalibrate=0",
        "training.epochs=2",
        "training.world=2"
      };
      RunFolder run = RunFolder.of(CommandRun.of(data.command("train", settings), out), out);
      MultiLayerNetwork model = MultiLayerNetwork.load(run.file("model.zip").toFile(), false);
      models.add(model.output(Nd4j.linspace(0, 1, 48).reshape(3, 16)).dup('c').data().asFloat());
    }
    assertArrayEquals(models.get(1), models.get(0), 1e-4f);
  }

  @Test
  void shouldContinueTrainingAModelWithItsNormalizer() throws IOException {
    MultiLayerNetwork trained = new MultiLayerNetwork(convolutional(SampleData.CLASSES));
    trained.init();
    Path zip = folder.resolve("start.zip");
    trained.save(zip.toFile(), true);
    // Fitted on features of another kind: without it the network does not learn.
    NormalizerStandardize normalizer =
        new NormalizerStandardize(Nd4j.valueArrayOf(1, 16, 0.5), Nd4j.valueArrayOf(1, 16, 0.01));
    ModelSerializer.addNormalizerToModel(zip.toFile(), normalizer);
    String[] settings = {"model.dl4j=" + zip, "training.epochs=3"};
    RunFolder run = RunFolder.of(CommandRun.of(data.command("train", settings), out), out);
    ModelResult model = run.result().models().get(0);
    assertEquals(3, model.epochs());
    Path written = run.file("model.zip");
    assertEquals(normalizer, ModelSerializer.restoreNormalizerFromFile(written.toFile()));
    CommandRun evaluated =
        CommandRun.of(data.command("evaluate"), out, "--model", written.toString());
    assertTrue(
        evaluated.done().out().contains("\"testAccuracy\":" + model.testAccuracy()),
        evaluated.out());
  }

  @Test
  void shouldStopEarlyAndKeepTheModelOfTheBestEpoch() throws IOException {
    String[] settings = {
      "model.dl4j=" + network, "training.epochs=40", "training.early-stopping=1", "run.seed=3"
    };
    RunFolder run = RunFolder.of(CommandRun.of(data.command("train", settings), out), out);
    ModelResult model = run.result().models().get(0);
    int best = model.bestEpoch();
    assertTrue(model.epochs() < 40, "epochs=" + model.epochs());
    assertEquals(best + 1, model.epochs());

    settings[1] = "training.epochs=" + best;
    settings[2] = "training.early-stopping=0";
    RunFolder expected = RunFolder.of(CommandRun.of(data.command("train", settings), out), out);
    assertEquals(expected.parametersHash("model.zip"), run.parametersHash("model.zip"));
    assertEquals(expected.result().models().get(0).testLoss(), model.testLoss());
  }

  @Test
  void shouldReportWhatDoesNotFit() throws IOException {
    refused(2, "compare trains one network with and without", "compare", "model.dl4j=" + network);
    refused(
        2,
        "model.batch-norm.recalibrate = 0",
        "train",
        "model.dl4j=" + network,
        "model.engine=dl4j",
        "model.batch-norm.recalibrate=1000");
    refused(3, "no network at", "train", "model.dl4j=" + folder.resolve("missing.json"));
    Path keras = folder.resolve("model.keras");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(keras))) {
      zip.putNextEntry(new ZipEntry("config.json"));
      zip.putNextEntry(new ZipEntry("model.weights.h5"));
    }
    refused(3, "it has no entry metadata.json", "train", "model.dl4j=" + keras);
    Files.writeString(network, "{}");
    refused(3, "cannot train the network in", "train", "model.dl4j=" + network);
    Files.writeString(network, convolutional(SampleData.CLASSES).toJson());
    Path wide = folder.resolve("wide-images");
    Files.write(wide, IdxBytes.of(IdxType.UBYTE, new int[] {60, 2, 8}, new double[60 * 16]));
    Path wideTest = folder.resolve("wide-test-images");
    Files.write(wideTest, IdxBytes.of(IdxType.UBYTE, new int[] {30, 2, 8}, new double[30 * 16]));
    refused(
        3,
        "expected [1, 4, 4], found [2, 8]",
        "train",
        "model.dl4j=" + network,
        "data.train-images=" + wide,
        "data.test-images=" + wideTest);
    Files.writeString(network, convolutional(5).toJson());
    refused(
        3, "expected output shape=[1, 3], found shape=[1, 5]", "train", "model.dl4j=" + network);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"sparse_categorical_crossentropy\"",
        "{\"class_name\": \"SparseCategoricalCrossentropy\", \"config\": {\"from_logits\": true}}"
      })
  void shouldTrainAKerasModel(String loss) {
    Path keras = folder.resolve("keras.h5");
    KerasFile.random(16, 8, SampleData.CLASSES, 1)
        .write(keras, KerasFile.training(loss), loss.contains("logits") ? "linear" : "softmax");
    String[] settings = {"model.dl4j=" + keras, "training.epochs=8", "training.world=2"};
    RunFolder run = RunFolder.of(CommandRun.of(data.command("train", settings), out), out);
    ModelResult model = run.result().models().get(0);
    assertTrue(model.batchNorm());
    assertEquals(16 * 8 + 8 + 4 * 8 + 8 * 3 + 3, model.parameters());
    assertTrue(model.testAccuracy() > 0.9, "testAccuracy=" + model.testAccuracy());
  }

  /** DL4J's own layers fail here: the importer sets a dropout that they cannot pass back. */
  @Test
  void shouldTrainAKerasModelThatBeginsWithAConvolution() {
    Path keras = folder.resolve("images.h5");
    KerasImageFile.write(keras, 4, 4, 1, SampleData.CLASSES);
    String[] settings = {"model.dl4j=" + keras, "model.engine=fused", "training.epochs=8"};
    RunFolder run = RunFolder.of(CommandRun.of(data.command("train", settings), out), out);
    ModelResult model = run.result().models().get(0);
    assertTrue(model.testAccuracy() > 0.9, "testAccuracy=" + model.testAccuracy());
    CommandRun evaluated =
        CommandRun.of(data.command("evaluate"), out, "--model", run.file("model.zip").toString());
    assertTrue(
        evaluated.done().out().contains("\"testAccuracy\":" + model.testAccuracy()),
        evaluated.out());
  }

  @Test
  void shouldTrainAKeras3Model() {
    String[] settings = {
      "model.dl4j=" + KerasSamples.file("pooled.keras"),
      "model.engine=fused",
      "training.world=2",
      "training.epochs=12"
    };
    CommandRun trained = CommandRun.of(data.command("train", settings), out);
    RunFolder run = RunFolder.of(trained, out);
    ModelResult model = run.result().models().get(0);
    assertTrue(model.testAccuracy() > 0.9, "testAccuracy=" + model.testAccuracy());
    CommandRun evaluated =
        CommandRun.of(data.command("evaluate"), out, "--model", run.file("model.zip").toString());
    assertTrue(
        evaluated.done().out().contains("\"testAccuracy\":" + model.testAccuracy()),
        evaluated.out());
  }

  private void refused(int code, String words, String command, String... settings) {
    CommandRun run = CommandRun.of(data.command(command, settings), out);
    assertEquals(code, run.code(), run.err());
    assertTrue(run.err().contains(words), run.err());
  }

  /** A convolutional network for {@link SampleData}. */
  static MultiLayerConfiguration convolutional(int classes) {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(0.05))
        .list()
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.IDENTITY).build())
        .layer(new BatchNormalization.Builder().decay(0.5).build())
        .layer(new ActivationLayer.Builder().activation(Activation.RELU).build())
        .layer(new OutputLayer.Builder().nOut(classes).activation(Activation.SOFTMAX).build())
        .setInputType(InputType.convolutionalFlat(4, 4, 1))
        .build();
  }
}
