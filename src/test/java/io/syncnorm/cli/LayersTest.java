package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncnorm.model.Dl4j;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests commands with a network of {@code model.layers}. */
@Timeout(120)
class LayersTest {
  private static final String LAYERS =
      "[{conv = 3, kernel = 3}, batch-norm, relu, {max-pool = 2}, {dense = 8}, batch-norm, relu]";

  /** The shared settings of {@link SampleData} have another width. */
  private static final String DEFAULT_WIDTHS = "model.hidden=[128, 64]";

  @TempDir static Path folder;
  private static SampleData data;

  @BeforeAll
  static void write() {
    data = SampleData.write(folder);
  }

  private static List<String> command(String command, String... settings) {
    return data.command(
        command,
        Stream.concat(Stream.of(DEFAULT_WIDTHS), Stream.of(settings)).toArray(String[]::new));
  }

  @Test
  void shouldCompareTheListWithAndWithoutItsNormalization() throws Exception {
    Path runs = folder.resolve("runs");

    CommandRun run = CommandRun.of(command("compare", "model.layers=" + LAYERS), runs);

    assertEquals(0, run.code(), run.err());
    RunResult result = RunFolder.of(run, runs).result();
    List<ModelResult> models = result.models();
    assertEquals(List.of("with-bn", "without-bn"), models.stream().map(ModelResult::name).toList());
    int weights = 9 * 3 + 3 * 8 + 8 * 3 + 3;
    assertEquals(weights + 2 * 3 + 2 * 8, models.get(0).parameters());
    assertTrue(models.get(0).batchNorm());
    assertEquals(weights + 3 + 8, models.get(1).parameters());
    assertFalse(models.get(1).batchNorm());
    String written = Files.readString(RunFolder.of(run, runs).file("config.conf"));
    assertTrue(written.contains("model.layers = " + LAYERS + "\n"), written);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train | [{conv = 3, kernel = 3}, {max-pool = 5}] | layer 2 of the network, {max-pool = 5},"
            + " cannot take 2 x 2 x 3, the output of layer 1, {conv = 3, kernel = 3}: a window of 5"
            + " x 5 is larger than the image",
        "train | [{dense = 65536}, {dense = 65536}] | is too large for inputs=16",
        "compare | [{dense = 8}, relu] | model.layers has none: expected batch-norm in the list",
        "compare --baseline mllib | [batch-norm] | the baseline is a perceptron, which model.layers"
            + " may not be",
        "train | [{max-pool = 3, padding = [1, 0, 1, 0]}] | cannot be stored as model.zip",
        "train | [{dense = 0}] | model.layers: expected in layer 1 (dense) for dense an integer",
      })
  void shouldReportANetworkThatCannotBeTrained(String command, String layers, String message) {
    assumeTrue(Dl4j.find().isPresent() || !message.contains("model.zip"), "stored as model.onnx");
    List<String> words = command(command.split(" ", -1)[0], "model.layers=" + layers);
    String[] more = command.split(" ", -1);

    CommandRun run =
        CommandRun.of(
            words, folder.resolve("faults"), Stream.of(more).skip(1).toArray(String[]::new));

    assertEquals(ExitCode.USAGE.code(), run.code(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertFalse(run.err().contains("\tat io.syncnorm"), run.err());
    assertEquals("", run.out());
  }

  @Test
  void shouldListTheFaultWithTheOthersOfACheck() {
    CommandRun run =
        CommandRun.of(
            command("check", "model.layers=[{conv = 3, kernel = 5}]", "model.image=[4, 4, 1]"),
            folder.resolve("check"));

    assertEquals(ExitCode.USAGE.code(), run.code(), run.err());
    assertTrue(run.err().contains("layer 1 of the network, {conv = 3, kernel = 5}"), run.err());
    run =
        CommandRun.of(
            command("check", "model.layers=[{dense = 3}]", "model.image=[4, 5, 1]"),
            folder.resolve("check"));
    assertEquals(ExitCode.USAGE.code(), run.code(), run.err());
    assertTrue(run.err().contains("= 16 features, found 4 * 5 * 1 = 20"), run.err());
  }

  @Test
  void shouldPlanTheNetwork() {
    CommandRun run =
        CommandRun.of(
            command("plan", "model.layers=" + LAYERS, "data.classes=3"),
            folder.resolve("plan"),
            "--ranks",
            "2",
            "--latency",
            "25us",
            "--bandwidth",
            "10Gb");

    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("\"hidden\":[3,8]"), run.out());
  }
}
