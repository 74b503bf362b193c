package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.report.ModelResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the commands in a JVM without native libraries, on files that {@link MissingLibraryTest} has
 * written. Fails if a command does not behave as expected.
 */
final class WithoutLibraries {
  static final String CONVOLUTIONAL_JSON = "convolutional.json";
  static final String CONVOLUTIONAL_ZIP = "convolutional.zip";
  static final String SOFTSIGN_ZIP = "softsign.zip";
  static final String TRAINED_ZIP = "trained.zip";
  static final String CSV = "predicted.csv";

  private WithoutLibraries() {}

  /**
   * @param args the folder
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Path out = folder.resolve("runs");
    SampleData data = SampleData.write(folder);

    CommandRun compared = CommandRun.of(data.command("compare", "training.epochs=1"), out);
    RunFolder run = RunFolder.of(compared, out);
    assertTrue(run.result().blas().contains("no OpenBLAS"), run.result().blas());
    String word = "no native BLAS, using plain Java";
    assertEquals(2, compared.err().split(word, -1).length, compared.err());
    assertTrue(run.text("report.html").contains("svg"));
    for (ModelResult model : run.result().models()) {
      List<String> evaluate = new ArrayList<>(data.command("evaluate"));
      evaluate.addAll(List.of("--model", run.file(model.file()).toString()));
      String score = CommandRun.of(evaluate, out).done().out();
      assertTrue(score.contains("\"testAccuracy\":" + model.testAccuracy()), score);
    }
    String[] layers = {
      "model.layers=[{conv = 2, kernel = 3}, batch-norm, relu, {max-pool = 2}]",
      "model.hidden=[128, 64]",
      "training.epochs=1"
    };
    RunFolder.of(CommandRun.of(data.command("train", layers), out), out).file("model.zip");
    CommandRun.of(data.command("check"), out).done();
    predict(folder, CONVOLUTIONAL_ZIP, data).done();
    predict(folder, TRAINED_ZIP, data).done();

    String needed = "ND4J's native library cannot be loaded: platform=";
    predict(folder, SOFTSIGN_ZIP, data)
        .assertFailed(ExitCode.RESOURCES, SOFTSIGN_ZIP, needed, "layer 2 has activation softsign");
    String setting = "model.dl4j=" + folder.resolve(CONVOLUTIONAL_JSON);
    CommandRun refused = CommandRun.of(data.command("train", setting), out);
    refused.assertFailed(
        ExitCode.RESOURCES, CONVOLUTIONAL_JSON, needed, "-Djavacpp.platform", "model.dl4j = none");
    assertFalse(refused.err().contains("epoch 1"), refused.err());
  }

  private static CommandRun predict(Path folder, String zip, SampleData data) {
    return CommandRun.of(
        "predict",
        "--model",
        folder.resolve(zip).toString(),
        "--images",
        data.images("test").toString(),
        "--output",
        folder.resolve(CSV).toString());
  }
}
