package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests the CSV of {@code predict}. */
@Timeout(120)
class PredictTest {
  /** Rounding of three floats near one. */
  private static final double SUM_TOLERANCE = 1e-6;

  @TempDir static Path folder;
  private static SampleData data;
  private static RunFolder trained;
  private static String csv;

  @BeforeAll
  static void train() {
    data = SampleData.write(folder);
    Path out = folder.resolve("runs");
    trained = RunFolder.of(CommandRun.of(data.command("train", "training.epochs=5"), out), out);
    csv = predict(data.images("test")).done().out();
  }

  @Test
  void shouldWriteARowPerImage() {
    List<String> lines = csv.lines().toList();
    assertEquals("index,class,p0,p1,p2", lines.get(0));
    assertEquals(1 + SampleData.TEST_ROWS, lines.size());
    int correct = 0;
    for (int row = 0; row < SampleData.TEST_ROWS; row++) {
      String[] cells = lines.get(row + 1).split(",", -1);
      double[] probabilities = Stream.of(cells).skip(2).mapToDouble(Double::parseDouble).toArray();
      assertEquals(SampleData.CLASSES, probabilities.length);
      assertEquals(String.valueOf(row), cells[0]);
      double sum = 0;
      int best = 0;
      for (int c = 0; c < probabilities.length; c++) {
        assertTrue(probabilities[c] >= 0 && probabilities[c] <= 1, lines.get(row + 1));
        sum += probabilities[c];
        best = probabilities[c] > probabilities[best] ? c : best;
      }
      assertEquals(1, sum, SUM_TOLERANCE);
      assertEquals(String.valueOf(best), cells[1]);
      correct += best == row % SampleData.CLASSES ? 1 : 0;
    }
    double expected = trained.result().models().get(0).testAccuracy();
    assertEquals(expected, (double) correct / SampleData.TEST_ROWS, 1e-12);
  }

  @Test
  void shouldReadGzippedImagesAsWell() throws IOException {
    Path packed = folder.resolve("test-images.gz");
    try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(data.images("test"), gzip);
    }
    assertEquals(csv, predict(packed).done().out());
  }

  @Test
  void shouldWriteToAFileInAFolderThatItCreates() throws IOException {
    Path file = folder.resolve("predictions/test.csv");
    CommandRun run = predict(data.images("test"), "--output", file.toString()).done();
    assertEquals("", run.out());
    assertTrue(run.err().contains("30 predictions in " + file), run.err());
    assertEquals(csv, Files.readString(file));
    CommandRun quiet = predict(data.images("test"), "--quiet", "--output", file.toString()).done();
    assertFalse(quiet.err().contains("predictions"), quiet.err());
  }

  @Test
  void shouldReportThatTheFileCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("mine"), "mine");
    Path inFile = file.resolve("test.csv");
    predict(data.images("test"), "--output", inFile.toString())
        .assertFailed(ExitCode.RESOURCES, "cannot write to " + inFile);
    predict(data.images("test"), "--output", folder.toString())
        .assertFailed(ExitCode.RESOURCES, "cannot write to " + folder);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldReportAFullDisk() {
    predict(data.images("test"), "--output", "/dev/full")
        .assertFailed(ExitCode.RESOURCES, "cannot write to /dev/full", "No space left");
  }

  @Test
  void shouldKeepTheEarlierFileWhenItFails() throws IOException {
    Path file = Files.writeString(folder.resolve("earlier.csv"), "earlier");
    SampleData torn = SampleData.write(Files.createDirectories(folder.resolve("torn")));
    SampleData.tear(torn.images("test"));
    predict(torn.images("test"), "--output", file.toString())
        .assertFailed(ExitCode.DATA, torn.images("test").toString());
    assertEquals("earlier", Files.readString(file));
  }

  @Test
  void shouldRefuseAModelForImagesOfAnotherSize() throws IOException {
    SampleData larger = SampleData.write(Files.createDirectories(folder.resolve("larger")));
    larger.writeSet("test", 10, 5, 1);
    predict(larger.images("test"))
        .assertFailed(ExitCode.DATA, "expected inputs=25", "found inputs=16");
  }

  @Test
  void shouldDescribeAFileThatIsNotAModel() {
    Path images = data.images("test");
    CommandRun.of(
            List.of("predict", "--model", images.toString(), "--images", images.toString()), folder)
        .assertFailed(ExitCode.DATA, "an IDX file", "model.zip of a run");
  }

  private static CommandRun predict(Path images, String... more) {
    String zip = trained.file(RunFolder.MODEL).toString();
    List<String> words = List.of("predict", "--model", zip, "--images", images.toString());
    return CommandRun.of(words, folder, more);
  }
}
