package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.model.Dl4j;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests what the commands say where DL4J is missing, as with Scala 2.13, and where it is not. */
@Timeout(300)
class WithoutDl4jTest {
  private static final String NEEDED = "it needs DL4J, which exists for Scala 2.12 only";

  @TempDir Path folder;

  @Test
  void shouldSayWhatNeedsDl4j() throws IOException {
    SampleData data = SampleData.write(folder);
    Path json = Files.writeString(folder.resolve("network.json"), "{}");
    Path zip = networkZip();
    CommandRun train = CommandRun.of(data.command("train", "model.dl4j=" + json), folder);
    CommandRun export =
        CommandRun.of("export", "--model", "" + zip, "--format", "onnx", "--output", zip + ".x");
    CommandRun predict =
        CommandRun.of("predict", "--model", "" + zip, "--images", "" + data.images("test"));
    assertNeeds(train, json);
    assertNeeds(export, zip);
    assertNeeds(predict, zip);
  }

  private static void assertNeeds(CommandRun run, Path file) {
    if (Dl4j.find().isPresent()) {
      run.assertFailed(ExitCode.DATA, file.toString());
    } else {
      run.assertFailed(ExitCode.RESOURCES, NEEDED);
    }
  }

  /** Returns a zip that looks like a network's, and is none. */
  private Path networkZip() throws IOException {
    Path file = folder.resolve("network.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : List.of("configuration.json", "coefficients.bin")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(new byte[] {'{', '}'});
      }
    }
    return file;
  }

  @Test
  void shouldStoreTheModelThatItCanStore() throws IOException {
    SampleData data = SampleData.write(folder);
    Path out = folder.resolve("runs");
    RunFolder run = RunFolder.of(CommandRun.of(data.command("train"), out), out);
    assertEquals(RunFolder.MODEL, run.result().models().get(0).file());
    assertTrue(run.files().contains(RunFolder.MODEL));
    CommandRun.of(data.command("evaluate"), out, "--model", run.file(RunFolder.MODEL).toString())
        .done();
  }
}
