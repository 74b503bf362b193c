package io.syncnorm.spark.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.spark.table.TableSettings.Scale;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;

/** Makes tables that cannot be used, for tests of what is said of them. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
abstract class FaultyTables {
  static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = Tables.interpretingSession();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** Makes a table in a folder. */
  interface Maker extends Function<Path, TableSettings> {}

  /**
   * A case of a test.
   *
   * @param essentials parts of the message
   */
  static Arguments fault(String name, Maker maker, String... essentials) {
    return Arguments.of(name, maker, List.of(essentials));
  }

  /** The message is one line that says what was expected and found, and has all essentials. */
  static void assertEssentials(String message, List<String> essentials) {
    for (String essential : essentials) {
      assertTrue(message.contains(essential), () -> essential + " is not in: " + message);
    }
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains("expected=") && message.contains("found="), message);
  }

  static Path file(Path folder, String name, String content) {
    return file(folder, name, content.getBytes(StandardCharsets.UTF_8));
  }

  static Path file(Path folder, String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String lines(int count, Function<Integer, String> line) {
    return IntStream.range(0, count).mapToObj(i -> line.apply(i) + "\n").reduce("", String::concat);
  }

  static Maker csv(String content) {
    return csv("csv", content);
  }

  static Maker csv(String format, String content) {
    return folder -> Tables.settings(format, file(folder, "a.csv", content), Scale.NONE);
  }

  static Maker csv(List<String> features, String content) {
    return folder -> with("csv", Map.of(), file(folder, "a.csv", content), features);
  }

  static Maker csv(Map<String, String> options, String content) {
    return folder -> with("csv", options, file(folder, "a.csv", content), List.of());
  }

  static Maker json(String content, List<String> features) {
    return folder -> with("json", Map.of(), file(folder, "a.json", content), features);
  }

  static TableSettings with(
      String format, Map<String, String> options, Path path, List<String> features) {
    return new TableSettings(
        format, options, List.of(path.toString()), "label", features, "", Scale.NONE);
  }

  static TableSettings images(String format, Path folder) {
    return new TableSettings(
        format, Map.of(), List.of(folder.toString()), "int(1)", List.of(), "", Scale.NONE);
  }

  static void image(Path folder, String name, int width, int height) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY), "png", bytes);
      file(folder, name, bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Maker weighted(String content) {
    return folder ->
        new TableSettings(
            "csv",
            Map.of(),
            List.of(file(folder, "a.csv", content).toString()),
            "label",
            List.of("a"),
            "w",
            Scale.NONE);
  }
}
