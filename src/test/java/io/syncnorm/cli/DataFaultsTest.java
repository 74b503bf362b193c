package io.syncnorm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests data that is missing, truncated or inconsistent. */
@Timeout(120)
class DataFaultsTest {
  @TempDir Path folder;
  private SampleData data;

  @BeforeEach
  void writeData() {
    data = SampleData.write(folder);
  }

  @Test
  void shouldNameAMissingFile() throws IOException {
    Files.delete(data.labels("test"));
    assertFault("train", "file does not exist", "file=file:" + data.labels("test"));
    assertFault("compare", "file does not exist", "file=file:" + data.labels("test"));
  }

  @Test
  void shouldNameATruncatedFile() {
    SampleData.tear(data.images("train"));
    assertFault("train", "file=file:" + data.images("train"));
  }

  @Test
  void shouldNameFilesWithDifferentNumbersOfRows() {
    Path labels = data.labels("train");
    data.writeSet("other", 5, 4, 3);
    assertFault(
        "train",
        "numbers of labels and images differ",
        labels.resolveSibling("other-labels").toString(),
        "found=5 labels");
  }

  @Test
  void shouldReportTestImagesOfAnotherSize() {
    data.writeSet("test", 10, 5, 3);
    assertFault("train", "training and test images differ in size", "5 x 5");
  }

  @Test
  void shouldNameALabelOutOfRange() {
    CommandRun.of(data.command("train", "data.classes=2"), folder.resolve("runs"))
        .assertFailed(ExitCode.DATA, "label is out of range", "data.classes");
  }

  private void assertFault(String command, String... parts) {
    boolean mixed = Files.exists(folder.resolve("other-labels"));
    Path labels = mixed ? folder.resolve("other-labels") : data.labels("train");
    CommandRun.of(data.command(command, "data.train-labels=" + labels), folder.resolve("runs"))
        .assertFailed(ExitCode.DATA, parts);
  }
}
