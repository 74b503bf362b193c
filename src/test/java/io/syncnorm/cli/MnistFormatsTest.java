package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.Slow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trains the same rows of MNIST from files of each format: the models are equal, bit for bit. */
@Slow
@Timeout(300)
class MnistFormatsTest {
  private static final int TRAINING_ROWS = 2000;
  private static final int TEST_ROWS = 200;

  /** Rows of each set that are written as images, a file each. */
  private static final int IMAGES = 64;

  @TempDir static Path folder;
  private static SampleData data;
  private static String expected;

  @BeforeAll
  static void write() throws IOException {
    data = SampleData.in(folder);
    try (SparkSession spark = FormatsTest.session()) {
      for (String set : List.of("train", "test")) {
        MnistFiles rows = MnistFiles.first(set, set.equals("train") ? TRAINING_ROWS : TEST_ROWS);
        rows.writeIdx(data.images(set), data.labels(set));
        rows.writeCsv(path("csv", set));
        rows.writeJson(path("json", set));
        rows.writeLibsvm(path("libsvm", set));
        rows.writeVectors(spark, "parquet", path("parquet", set));
        rows.writeArrays(spark, "parquet", path("parquet-arrays", set));
        rows.writeArrays(spark, "orc", path("orc", set));
        MnistFiles.first(set, IMAGES).writeImages(path("image", set));
      }
    }
    expected = model("idx", Map.of());
  }

  private static Path path(String name, String set) {
    return folder.resolve(name + "-" + set);
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc", "csv", "json"})
  void shouldTrainTheSameModelFromEveryFormat(String format) throws IOException {
    assertEquals(expected, model(format, Map.of(), table(format, format)));
  }

  @Test
  void shouldTrainTheSameModelFromLibsvm() throws IOException {
    List<String> settings = new ArrayList<>(List.of(table("libsvm", "libsvm")));
    settings.add("data.train.options.numFeatures=" + MnistFiles.PIXELS); // the last are always 0
    assertEquals(expected, model("libsvm", Map.of(), settings.toArray(String[]::new)));
  }

  @Test
  void shouldTrainTheSameModelFromGzippedFiles() throws IOException {
    List<String> settings = new ArrayList<>();
    for (String set : List.of("train", "test")) {
      settings.add("data.%s-images=%s".formatted(set, MnistFiles.images(set)));
      settings.add("data.%s-labels=%s".formatted(set, MnistFiles.labels(set)));
    }
    settings.add("data.limit-train=" + TRAINING_ROWS);
    settings.add("data.limit-test=" + TEST_ROWS);
    assertEquals(expected, model("gzip", Map.of(), settings.toArray(String[]::new)));
  }

  @Test
  void shouldTrainTheSameModelFromManyPartitions() throws IOException {
    Map<String, String> small =
        Map.of(
            "spark.sql.files.maxPartitionBytes", "20000",
            "spark.sql.files.openCostInBytes", "1");
    assertEquals(expected, model("partitions", small, table("parquet-arrays", "parquet")));
  }

  @Test
  void shouldTrainTheSameModelFromImages() throws IOException {
    String[] idx = {"data.limit-train=" + IMAGES, "data.limit-test=" + IMAGES};
    List<String> images = new ArrayList<>(List.of(table("image", "image")));
    images.add("data.train.label=\"int(substring(image.origin, -5, 1))\"");
    assertEquals(
        model("idx-of-images", Map.of(), idx),
        model("image", Map.of(), images.toArray(String[]::new)));
  }

  /** Settings of a table in the test's folder. */
  private static String[] table(String name, String format) {
    return SampleData.table(format, path(name, "train"), path(name, "test"), "data.scale=by-255");
  }

  /** Trains with these settings, and returns the SHA-256 of the model. */
  private static String model(String name, Map<String, String> spark, String... settings)
      throws IOException {
    List<String> all =
        new ArrayList<>(List.of("data.classes=10", "training.epochs=1", "training.batch-size=32"));
    all.addAll(List.of(settings));
    Path out = folder.resolve("runs-" + name);
    List<String> command = data.command("train", all.toArray(String[]::new));
    return RunFolder.of(CommandRun.with(spark, command, out), out).fileHash(RunFolder.MODEL);
  }
}
