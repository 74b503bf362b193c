package io.syncnorm.dl4j.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.model.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests files that are not models, whatever their names. */
class FileContentTest {
  @TempDir Path folder;

  static Stream<Arguments> otherFiles() {
    byte[] keras = zip("metadata.json", "config.json", "model.weights.h5");
    return Stream.of(
        Arguments.of(keras, ""),
        Arguments.of(zip("model.weights.h5"), "weights of Keras but without its config.json"),
        Arguments.of(zip("model/data.pkl", "model/data/0"), "a PyTorch model"),
        Arguments.of(zip("arr_0.npy"), "NumPy arrays"),
        Arguments.of(zip("m/saved_model.pb"), "a zip of TensorFlow's SavedModel"),
        Arguments.of(zip("a", "b", "c", "d", "e"), "a zip with other content: a, b, c, d, ..."),
        Arguments.of(zip("configuration.json"), "without its parameters (coefficients.bin)"),
        Arguments.of(Arrays.copyOf(keras, keras.length - 9), "a damaged or incomplete zip"),
        Arguments.of(hex("80028a0a6cfc9c46f9"), "a Python pickle"),
        Arguments.of(hex("080712077079746f726368"), "an ONNX model"),
        Arguments.of(hex("080112a5020a2312"), "TensorFlow's saved_model.pb"),
        Arguments.of(hex("1c00000054464c33"), "a TensorFlow Lite model"),
        Arguments.of(hex("40000000000000007b225f5f6d"), "a safetensors file"),
        Arguments.of(hex("1f8b0800"), "compressed with gzip"),
        Arguments.of(hex("00000803000000"), "an IDX file"),
        Arguments.of(hex("934e554d5059"), "a NumPy array"),
        Arguments.of(hex("fffe7b00"), "text in UTF-16"),
        Arguments.of(hex("c3c3c3c30102"), "its first bytes are c3c3c3c30102"),
        Arguments.of(text("weights, biases"), "text, but not JSON"),
        Arguments.of(text("<html>404</html>"), "HTML or XML"),
        Arguments.of(text("version https://git-lfs.github.com/spec/v1"), "git lfs pull"),
        Arguments.of(text("{\"class_name\": \"Sequential\"}"), "architecture of a Keras model"),
        Arguments.of(text("{\"vertices\": {}}"), "a ComputationGraphConfiguration"),
        Arguments.of(text("{\"a\": \"\u00e4\"}"), "JSON, but not a MultiLayerConfiguration"),
        Arguments.of(text("{\"confs\": 1}"), ""),
        Arguments.of(hex("894844460d0a1a0a00"), ""),
        Arguments.of(text(""), "it is empty"));
  }

  @ParameterizedTest
  @MethodSource("otherFiles")
  void shouldDescribeFilesByTheirContent(byte[] bytes, String words) throws IOException {
    for (String name : List.of("model.zip", "model.h5", "model.json", "model")) {
      Path file = Files.write(folder.resolve(name), bytes);
      assertRefused(() -> Dl4jModel.read(file), file, words);
      assertRefused(() -> NetworkFile.read(file, 1), file, words);
    }
  }

  @Test
  void shouldDescribeFoldersByTheirContent() throws IOException {
    assertFolder("a folder: name a file in it");
    Files.createFile(folder.resolve("model.zip"));
    assertFolder("a folder: name the model.zip in it");
    Files.createFile(folder.resolve("saved_model.pb"));
    assertFolder("TensorFlow's SavedModel");
  }

  private void assertFolder(String words) {
    assertRefused(() -> Dl4jModel.read(folder), folder, words);
    assertRefused(() -> NetworkFile.read(folder, 1), folder, words);
  }

  @Test
  void shouldOmitLinksToIssueTrackersOfOtherProjects() {
    String words = "Unsupported layer X. Please file an issue at https://github.com/a/b/issues.";
    assertEquals("Unsupported layer X.", ModelException.summary(new IOException(words)));
  }

  private static void assertRefused(Runnable reading, Path file, String words) {
    String message = assertThrows(ModelException.class, reading::run).getMessage();
    assertTrue(message.contains(file.toString()), message);
    assertTrue(message.contains(words), message);
    assertFalse(message.contains("http"), message);
    assertFalse(message.contains("Input length"), message);
  }

  private static byte[] zip(String... names) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text("{}"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
