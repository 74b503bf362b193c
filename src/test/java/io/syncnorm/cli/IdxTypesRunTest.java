package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.IdxType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the sample images as floats and with QMNIST's labels, from training to prediction. */
@Timeout(120)
class IdxTypesRunTest {
  private static final int HEADER_OF_IMAGES = 16;
  private static final int HEADER_OF_LABELS = 8;

  @TempDir Path folder;
  private SampleData bytes;
  private Path out;

  @BeforeEach
  void writeData() {
    bytes = SampleData.write(folder);
    out = folder.resolve("runs");
  }

  @Test
  void shouldTrainTheSameModelOnFloatsAsOnUnsignedBytes() throws IOException {
    RunFolder expected = RunFolder.of(CommandRun.of(bytes.command("train"), out), out);
    SampleData floats = floats("4-D", 4, 4, 1);
    Path other = folder.resolve("floats");
    RunFolder run = RunFolder.of(CommandRun.of(floats.command("train"), other), other);

    assertEquals(expected.parametersHash(RunFolder.MODEL), run.parametersHash(RunFolder.MODEL));
    assertEquals(
        expected.result().models().get(0).testAccuracy(),
        run.result().models().get(0).testAccuracy());
    assertTrue(run.text("report.html").contains("alt=\"test row"));

    String zip = run.file(RunFolder.MODEL).toString();
    String csv = predict(zip, floats);
    assertEquals(predict(zip, bytes), csv);
    CommandRun.of(floats.command("evaluate"), out, "--model", zip).done();
    assertTrue(
        CommandRun.of(floats.command("check"), out)
            .done()
            .err()
            .contains("60 images of 4 x 4 x 1"));
  }

  @Test
  void shouldTrainOnRowsThatAreNotImages() throws IOException {
    SampleData rows = floats("2-D", 16);
    RunFolder run = RunFolder.of(CommandRun.of(rows.command("train"), out), out);
    assertFalse(run.text("report.html").contains("alt=\"test row"));
    assertFalse(run.text("report.html").contains("No mistakes to show"));
  }

  @Test
  void shouldRefuseTestImagesOfAnotherType() throws IOException {
    SampleData rows = floats("3-D", 4, 4);
    CommandRun.of(
            bytes.command("train", "data.test-images=" + rows.images("test")),
            folder.resolve("runs"))
        .assertFailed(
            ExitCode.DATA,
            "differ in the type of their values",
            "expected=unsigned bytes",
            "found=other numbers");
  }

  private static String predict(String zip, SampleData data) {
    String images = data.images("test").toString();
    return CommandRun.of("predict", "--model", zip, "--images", images).done().out();
  }

  /**
   * Writes the sample to a separate folder, as floats / 255 of a shape, with the class as the first
   * of 3 numbers.
   */
  private SampleData floats(String name, int... shape) throws IOException {
    SampleData data = SampleData.write(Files.createDirectory(folder.resolve(name)));
    for (String set : new String[] {"train", "test"}) {
      byte[] labels = Files.readAllBytes(data.labels(set));
      int count = labels.length - HEADER_OF_LABELS;
      double[] rows = new double[3 * count];
      for (int i = 0; i < count; i++) {
        rows[3 * i] = labels[HEADER_OF_LABELS + i];
        rows[3 * i + 1] = 4096 + i;
      }
      Files.write(data.labels(set), IdxBytes.of(IdxType.INT, new int[] {count, 3}, rows));
      byte[] images = Files.readAllBytes(data.images(set));
      double[] values = new double[images.length - HEADER_OF_IMAGES];
      for (int i = 0; i < values.length; i++) {
        values[i] = (images[HEADER_OF_IMAGES + i] & 0xff) / 255f;
      }
      int[] sizes = new int[shape.length + 1];
      sizes[0] = count;
      System.arraycopy(shape, 0, sizes, 1, shape.length);
      Files.write(data.images(set), IdxBytes.of(IdxType.FLOAT, sizes, values));
    }
    return data;
  }
}
