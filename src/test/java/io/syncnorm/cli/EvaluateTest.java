package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.model.Dl4j;
import io.syncnorm.report.ModelResult;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code evaluate} with the models of a comparison. */
@Timeout(120)
class EvaluateTest {
  /** Difference allowed between two engines that compute in float, in different orders. */
  private static final double LOSS_TOLERANCE = 1e-5;

  @TempDir static Path folder;
  private static SampleData data;
  private static RunFolder trained;

  @BeforeAll
  static void train() {
    data = SampleData.write(folder);
    Path out = folder.resolve("runs");
    trained = RunFolder.of(CommandRun.of(data.command("compare"), out), out);
  }

  @Test
  void shouldReportTheAccuracyThatTrainingReported() throws IOException {
    assertEquals(2, trained.result().models().size());
    for (ModelResult model : trained.result().models()) {
      Path zip = trained.file(model.file());
      CommandRun run = evaluate(zip).done();
      assertEquals(1, run.out().lines().count(), run.out());
      JsonNode score = new ObjectMapper().readTree(run.out());
      assertEquals("done", score.get("status").asText());
      assertEquals(zip.toString(), score.get("model").asText());
      assertEquals(SampleData.TEST_ROWS, score.get("images").asInt());
      assertEquals(model.testAccuracy(), score.get("testAccuracy").asDouble(), 1e-12);
      assertEquals(model.testLoss(), score.get("testLoss").asDouble(), LOSS_TOLERANCE);
      assertEquals(2, score.get("data").size());
      assertTrue(run.err().contains("precision"), run.err());
    }
  }

  @Test
  void shouldPrintTheNamesOfClasses() throws IOException {
    assumeTrue(Dl4j.find().isPresent(), "the names are put into a zip");
    Path zip = folder.resolve("named.zip");
    Files.copy(trained.file("with-bn/" + RunFolder.MODEL), zip);
    try (FileSystem entries = FileSystems.newFileSystem(zip)) {
      Files.writeString(
          entries.getPath("labels.json"),
          IntStream.range(0, 3)
              .mapToObj(c -> "\"number " + c + "\"")
              .collect(Collectors.joining(",", "[", "]")));
    }
    String err = evaluate(zip).done().err();
    assertTrue(err.contains("\nclass         rows  precision  recall      F1\nnumber 0  "), err);
    assertTrue(err.contains("\nnumber 2  "), err);
  }

  @Test
  void shouldPrintOnlyTheResultWhenQuiet() {
    CommandRun run = evaluate(trained.file("with-bn/" + RunFolder.MODEL), "--quiet").done();
    assertFalse(run.err().contains("precision"), run.err());
    assertTrue(run.out().startsWith("{\"status\":\"done\""), run.out());
  }

  @Test
  void shouldNameAMissingModel() {
    Path zip = folder.resolve("missing/" + RunFolder.MODEL);
    evaluate(zip).assertFailed(ExitCode.DATA, "no model at " + zip);
    evaluate(folder).assertFailed(ExitCode.DATA, "no model at " + folder);
  }

  @Test
  void shouldNameATruncatedModel() throws IOException {
    Path zip = Files.copy(trained.file("with-bn/" + RunFolder.MODEL), folder.resolve("torn.zip"));
    SampleData.tear(zip);
    evaluate(zip).assertFailed(ExitCode.DATA, "cannot read " + zip);
    Files.writeString(zip, "not a zip at all");
    evaluate(zip).assertFailed(ExitCode.DATA, "cannot read " + zip, "it is text, but not JSON");
  }

  @Test
  void shouldRefuseAModelForImagesOfAnotherSize(@TempDir Path other) {
    SampleData larger = SampleData.write(other);
    larger.writeSet("test", 10, 5, 1);
    Path zip = trained.file("with-bn/" + RunFolder.MODEL);
    CommandRun.of(larger.command("evaluate"), other, "--model", zip.toString())
        .assertFailed(ExitCode.DATA, zip.toString(), "expected inputs=25", "found inputs=16");
  }

  @Test
  void shouldRefuseAModelOfOtherClasses() {
    Path zip = trained.file("with-bn/" + RunFolder.MODEL);
    CommandRun.of(data.command("evaluate", "data.classes=4"), folder, "--model", zip.toString())
        .assertFailed(ExitCode.DATA, "expected data.classes=4", "found classes=3");
  }

  @Test
  void shouldNameMissingTestImages() {
    Path nothing = folder.resolve("nothing");
    CommandRun.of(
            data.command("evaluate", "data.test-images=" + nothing),
            folder,
            "--model",
            trained.file("with-bn/" + RunFolder.MODEL).toString())
        .assertFailed(ExitCode.DATA, "file does not exist", nothing.toString());
  }

  private static CommandRun evaluate(Path zip, String... more) {
    List<String> words = new ArrayList<>(data.command("evaluate"));
    words.addAll(List.of("--model", zip.toString()));
    return CommandRun.of(words, folder, more);
  }
}
