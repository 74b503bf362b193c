package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.model.TrainedModel;
import io.syncnorm.onnx.OnnxRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests ONNX files from the command line: written by {@code train} and {@code export}, and read.
 */
@Timeout(300)
class ExportTest {
  /** Rounding of sums in another order, in single precision. */
  private static final float ROUNDING = 1e-5f;

  private static final int MNIST_TEST_ROWS = 10_000;

  @TempDir static Path folder;
  private static SampleData data;
  private static Path out;
  private static RunFolder trained;

  @BeforeAll
  static void train() {
    data = SampleData.write(folder);
    out = folder.resolve("runs");
    trained = RunFolder.of(CommandRun.of(data.command("compare", "output.onnx=true"), out), out);
  }

  private static CommandRun export(Path model, Path output) {
    return CommandRun.of(
        "export", "--model", model.toString(), "--format", "onnx", "--output", output.toString());
  }

  @Test
  void shouldWriteTheSameFileBesideAModelAndLater() throws IOException {
    for (String model : List.of("with-bn", "without-bn")) {
      Path later = folder.resolve(model + ".onnx");
      CommandRun run = export(trained.file(model + "/model.zip"), later).done();
      assertEquals("", run.out());
      assertTrue(run.err().contains(later + ": ONNX, opset 13, 16 features, 3 classes"), run.err());
      assertArrayEquals(
          Files.readAllBytes(trained.file(model + "/model.onnx")), Files.readAllBytes(later));
    }
    String version = CommandRun.of("--version").out().strip();
    String file = Files.readString(folder.resolve("with-bn.onnx"), StandardCharsets.ISO_8859_1);
    assertTrue(file.contains(version.replaceAll(".* ", "")), version);
  }

  @Test
  void shouldNotMakeItAnotherRun() throws IOException {
    CommandRun again = CommandRun.of(data.command("compare"), out);
    assertEquals(trained.result().run(), RunFolder.of(again, out).result().run());
    assertFalse(trained.files().contains("model.onnx"), "each model has its folder");
  }

  @Test
  void shouldEvaluateAndPredictLikeTheZip() throws IOException {
    JsonNode ofZip = evaluate(trained.file("with-bn/model.zip"));
    JsonNode ofOnnx = evaluate(trained.file("with-bn/model.onnx"));
    assertEquals(ofZip.get("testAccuracy"), ofOnnx.get("testAccuracy"));
    assertEquals(ofZip.get("testLoss").asDouble(), ofOnnx.get("testLoss").asDouble(), ROUNDING);
    List<String> zip = predict(trained.file("with-bn/model.zip"));
    List<String> onnx = predict(trained.file("with-bn/model.onnx"));
    assertEquals(zip.size(), onnx.size());
    for (int row = 1; row < zip.size(); row++) {
      String[] expected = zip.get(row).split(",", -1);
      String[] found = onnx.get(row).split(",", -1);
      assertEquals(expected[1], found[1], "class");
      for (int i = 2; i < expected.length; i++) {
        assertEquals(Double.parseDouble(expected[i]), Double.parseDouble(found[i]), ROUNDING);
      }
    }
  }

  private static JsonNode evaluate(Path model) throws IOException {
    List<String> words = new ArrayList<>(data.command("evaluate"));
    words.addAll(List.of("--model", model.toString()));
    return new ObjectMapper().readTree(CommandRun.of(words, folder).done().out());
  }

  private static List<String> predict(Path model) {
    return CommandRun.of(
            "predict", "--model", model.toString(), "--images", data.images("test").toString())
        .done()
        .out()
        .lines()
        .toList();
  }

  /** The main model, and a convolutional one, each trained just enough to be sure of digits. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.hidden=[128, 64]",
        "model.layers=[{conv = 4, kernel = 5, stride = 2, padding = same}, batch-norm, relu,"
            + " {average-pool = 3, stride = 2, padding = same}, {conv = 6, kernel = 3}, batch-norm,"
            + " leaky-relu, {dense = 20}, batch-norm, elu]"
      })
  void shouldGiveEveryTestImageOfMnistTheSameClass(String network) throws Exception {
    Path runs = folder.resolve("mnist");
    CommandRun run =
        CommandRun.of(
            List.of(
                "train",
                "--set",
                network,
                "--set",
                "data.limit-train=6000",
                "--set",
                "training.optimizer.learning-rate=0.01",
                "--set",
                "data.limit-test=500",
                "--set",
                "training.epochs=1",
                "--set",
                "output.onnx=true",
                "--set",
                "training.world=1"),
            runs);
    RunFolder mnist = RunFolder.of(run, runs);
    assertTrue(mnist.result().models().get(0).testAccuracy() > 0.6, run.out());
    byte[] pixels = MnistFiles.first("test", MNIST_TEST_ROWS).pixels();
    float[] rows = new float[pixels.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (pixels[i] & 0xff) / 255f;
    }
    Path file = mnist.file("model.onnx");
    float[] expected = TrainedModel.read(mnist.file("model.zip")).predict(rows, MNIST_TEST_ROWS);
    try (OnnxRuntime runtime = new OnnxRuntime(Files.readAllBytes(file))) {
      assertSameClasses(expected, runtime.predict(rows, MNIST_TEST_ROWS));
    }
    assertSameClasses(expected, TrainedModel.read(file).predict(rows, MNIST_TEST_ROWS));
    assertTrue(
        Files.size(file) <= 1.1 * Files.size(mnist.file("model.zip")), "bytes=" + Files.size(file));
  }

  private static void assertSameClasses(float[] expected, float[] found) {
    assertArrayEquals(expected, found, ROUNDING);
    for (int row = 0; row < MNIST_TEST_ROWS; row++) {
      assertEquals(best(expected, row), best(found, row), "row=" + row);
    }
  }

  private static int best(float[] probabilities, int row) {
    int best = 0;
    for (int c = 1; c < 10; c++) {
      best = probabilities[10 * row + c] > probabilities[10 * row + best] ? c : best;
    }
    return best;
  }

  @Test
  void shouldNameWhatCannotBeExported() throws IOException {
    Path output = folder.resolve("none.onnx");
    Path missing = folder.resolve("missing.zip");
    export(missing, output).assertFailed(ExitCode.DATA, "no model at " + missing);
    Path onnx = trained.file("with-bn/model.onnx");
    export(onnx, output).assertFailed(ExitCode.DATA, "cannot read " + onnx, "it is an ONNX model");
    export(trained.file("with-bn/model.zip"), trained.file("config.conf").resolve("x"))
        .assertFailed(ExitCode.RESOURCES, "cannot write to");
    CommandRun.of("export", "--model", onnx.toString(), "--output", output.toString())
        .assertFailed(ExitCode.USAGE, "Missing required option: '--format=FORMAT'");
    CommandRun.of("export", "--model", onnx.toString(), "--format", "pmml", "--output", "" + output)
        .assertFailed(ExitCode.USAGE, "Invalid value for option '--format'", "[ONNX]");
    assertFalse(Files.exists(output));
  }

  @Test
  void shouldNameADamagedFileInEvaluate() throws IOException {
    Path torn = Files.copy(trained.file("with-bn/model.onnx"), folder.resolve("torn.onnx"));
    SampleData.tear(torn);
    List<String> words = new ArrayList<>(data.command("evaluate"));
    words.addAll(List.of("--model", torn.toString()));
    CommandRun.of(words, folder)
        .assertFailed(
            ExitCode.DATA, "cannot read " + torn + " as an ONNX file of SyncNorm: it is truncated");
  }
}
