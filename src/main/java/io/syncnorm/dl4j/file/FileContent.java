package io.syncnorm.dl4j.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.deeplearning4j.util.ModelSerializer;

/**
 * What a file holds, told by its content: names are changed by downloads, tools and people.
 *
 * @param kind what can be made of it
 * @param words what it is, to follow "it is", and what to do with it, if anything
 */
record FileContent(Kind kind, String words) {
  static final String EXPECTED_MODEL =
      "expected a DL4J MultiLayerNetwork zip, such as model.zip of a run";

  private static final int START_BYTES = 4096;
  private static final int ENTRIES_NAMED = 4;

  /** What is known to be a file of this content from its first bytes, in hex. */
  private static final List<String[]> SIGNATURES =
      List.of(
          new String[] {"1f8b", "packed with gzip: unpack it"},
          new String[] {"fffe", "text in UTF-16: save it in UTF-8"},
          new String[] {"feff", "text in UTF-16: save it in UTF-8"},
          new String[] {"aced0005", "a serialized Java object"},
          new String[] {"934e554d5059", "a NumPy array (.npy)"},
          new String[] {"50415231", "a Parquet file"},
          new String[] {"0000", "an IDX file, or zeros"});

  /** What can be made of a file. */
  enum Kind {
    /** A zip with a {@code MultiLayerConfiguration} and parameters. */
    NETWORK_ZIP,
    /** A {@code MultiLayerConfiguration} as JSON. */
    NETWORK_JSON,
    /** As Keras writes its models. */
    HDF5,
    /** Nothing. */
    OTHER
  }

  /**
   * Looks into a file or a folder.
   *
   * @throws IOException if it cannot be read
   */
  static FileContent of(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return other(folder(path));
    }
    if (!Files.isRegularFile(path)) { // a pipe would be waited for, and read once only
      return other("no ordinary file: copy it to one");
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(path)) {
      start = in.readNBytes(START_BYTES);
    }
    if (start.length == 0) {
      return other("empty");
    }
    String hex = HexFormat.of().formatHex(start, 0, Math.min(16, start.length));
    if (hex.startsWith("504b0304") || hex.startsWith("504b0506")) {
      return zip(path);
    }
    if (hex.startsWith("894844460d0a1a0a")) {
      return new FileContent(Kind.HDF5, "HDF5, as Keras writes its models (.h5)");
    }
    Optional<String> text = text(start);
    if (text.isPresent()) {
      return ofText(text.get(), path);
    }
    return other(binary(start, hex));
  }

  private static FileContent other(String words) {
    return new FileContent(Kind.OTHER, words);
  }

  private static String folder(Path path) {
    if (Files.exists(path.resolve("saved_model.pb"))) {
      return "a folder, TensorFlow's SavedModel: save the model as HDF5 instead, model.save(\"model.h5\")";
    }
    if (Files.isDirectory(path.resolve("metadata"))) {
      return "a folder, as Spark ML saves its models: load it there";
    }
    return Files.exists(path.resolve("model.zip"))
        ? "a folder: name the model.zip in it"
        : "a folder: name a file in it";
  }

  private static FileContent zip(Path path) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      List<String> names = zip.stream().map(ZipEntry::getName).toList();
      ZipEntry configuration = zip.getEntry(ModelSerializer.CONFIGURATION_JSON);
      if (configuration != null) {
        return network(
            new String(zip.getInputStream(configuration).readAllBytes(), StandardCharsets.UTF_8),
            names);
      }
      return other(archive(names));
    } catch (ZipException e) {
      return other("a zip that is damaged or was copied in part: copy it again");
    }
  }

  private static FileContent network(String json, List<String> names) {
    if (isGraph(json)) {
      return other(
          "a ComputationGraph zip of DL4J: only a MultiLayerNetwork, a chain of layers, can be read; graphs train through SyncBatchNormTrainingMaster");
    }
    return names.contains(ModelSerializer.COEFFICIENTS_BIN)
        ? new FileContent(Kind.NETWORK_ZIP, "a MultiLayerNetwork zip of DL4J")
        : other(
            "a zip with a network's configuration, but without its parameters ("
                + ModelSerializer.COEFFICIENTS_BIN
                + ")");
  }

  private static String archive(List<String> names) {
    if (names.contains("model.weights.h5")) {
      return "Keras' own format (.keras): save the model as HDF5 instead, model.save(\"model.h5\")";
    }
    if (names.stream().anyMatch(name -> name.endsWith("data.pkl"))) {
      return "a PyTorch model, which cannot be read";
    }
    if (names.stream().anyMatch(name -> name.endsWith("saved_model.pb"))) {
      return "a zip of TensorFlow's SavedModel: save the model as HDF5 instead, model.save(\"model.h5\")";
    }
    if (names.stream().anyMatch(name -> name.endsWith(".npy"))) {
      return "arrays of NumPy (.npz)";
    }
    return "a zip of something else: "
        + String.join(", ", names.subList(0, Math.min(ENTRIES_NAMED, names.size())))
        + (names.size() > ENTRIES_NAMED ? ", ..." : "");
  }

  private static boolean isGraph(String json) {
    return json.contains("\"vertices\"") || json.contains("\"networkInputs\"");
  }

  /** The start of a file, if it is text; a character may be cut in two at its end. */
  private static Optional<String> text(byte[] start) {
    CharBuffer text = CharBuffer.allocate(start.length);
    CoderResult result =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(start), text, false);
    boolean isText =
        !result.isError()
            && text.flip().length() > 0
            && text.chars().allMatch(c -> c >= ' ' || Character.isWhitespace(c));
    return isText ? Optional.of(text.toString()) : Optional.empty();
  }

  private static FileContent ofText(String start, Path path) throws IOException {
    String text = start.strip();
    if (text.startsWith("version https://git-lfs")) {
      return other("a pointer of Git LFS to the file itself: fetch that with git lfs pull");
    }
    if (text.startsWith("<")) {
      return other("HTML or XML, perhaps the page of a failed download");
    }
    if (!text.startsWith("{") && !text.startsWith("[")) {
      return other("text, but no JSON");
    }
    String json = Files.readString(path);
    if (json.contains("\"confs\"")) {
      return new FileContent(
          Kind.NETWORK_JSON, "a MultiLayerConfiguration as JSON, without parameters");
    }
    if (isGraph(json)) {
      return other(
          "a ComputationGraphConfiguration: only a MultiLayerConfiguration, a chain of layers, can be read");
    }
    return other(
        json.contains("\"class_name\"")
            ? "the architecture of a Keras model as JSON: save the whole model as HDF5 instead, model.save(\"model.h5\")"
            : "JSON, but no MultiLayerConfiguration");
  }

  private static String binary(byte[] start, String hex) {
    if (start.length >= 8 && new String(start, 4, 4, StandardCharsets.US_ASCII).equals("TFL3")) {
      return "a TensorFlow Lite model, which cannot be read";
    }
    if (start[0] == (byte) 0x80 && start.length > 1 && start[1] >= 2 && start[1] <= 5) {
      return "a pickle of Python's, as PyTorch and scikit-learn write, which cannot be read";
    }
    if (start[0] == 8
        && start.length > 2
        && "121a22283242".contains(String.format(Locale.ROOT, "%02x", start[2]))) {
      return start[1] == 1
          ? "TensorFlow's saved_model.pb: save the model as HDF5 instead, model.save(\"model.h5\")"
          : "an ONNX model, which cannot be read";
    }
    if (start.length > 9 && start[8] == '{' && start[9] == '"') {
      return "weights in safetensors, which cannot be read";
    }
    return SIGNATURES.stream()
        .filter(signature -> hex.startsWith(signature[0]))
        .map(signature -> signature[1])
        .findFirst()
        .orElse("nothing that is known: its first bytes are " + hex);
  }
}
