package io.syncnorm.model;

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

/**
 * The kind of a file, detected from its content, because file names are unreliable.
 *
 * @param kind how the file can be read
 * @param description what the file is, to follow "it is", and what to do about it, if anything
 */
public record FileContent(Kind kind, String description) {
  private static final String EXPECTED_MODEL =
      "expected a DL4J MultiLayerNetwork zip, such as model.zip of a run, or an ONNX file that SyncNorm has written";

  /** Entries of a DL4J network's zip, as DL4J's {@code ModelSerializer} names them. */
  private static final String CONFIGURATION = "configuration.json";

  private static final String COEFFICIENTS = "coefficients.bin";
  private static final int START_BYTES = 4096;
  private static final int ENTRIES_NAMED = 4;

  /** Signatures: the first bytes of a file in hex, and its description. */
  private static final List<String[]> SIGNATURES =
      List.of(
          new String[] {"1f8b", "compressed with gzip: decompress it"},
          new String[] {"fffe", "text in UTF-16: save it as UTF-8"},
          new String[] {"feff", "text in UTF-16: save it as UTF-8"},
          new String[] {"aced0005", "a serialized Java object"},
          new String[] {"934e554d5059", "a NumPy array (.npy)"},
          new String[] {"50415231", "a Parquet file"},
          new String[] {"0000", "an IDX file, or zeros"});

  /** How a file can be read. */
  public enum Kind {
    /** A zip with a {@code MultiLayerConfiguration} and parameters. */
    NETWORK_ZIP,
    /** A {@code MultiLayerConfiguration} as JSON. */
    NETWORK_JSON,
    /** A Keras model in a zip ({@code .keras}). */
    KERAS_ARCHIVE,
    /** A Keras model in the older format ({@code .h5}). */
    HDF5,
    /** A network for inference. */
    ONNX,
    /** Any other file, which cannot be read. */
    OTHER
  }

  /**
   * Detects the content of a file or folder.
   *
   * @throws IOException if it cannot be read
   */
  public static FileContent of(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return other(folder(path));
    }
    if (!Files.isRegularFile(path)) { // a pipe can block, and can be read only once
      return other("not a regular file: copy it to one");
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
    return binary(start, hex);
  }

  /**
   * Checks that a file is a {@code MultiLayerNetwork} zip.
   *
   * @throws ModelException if it is missing, cannot be read or is another file: it says which
   */
  public static void requireNetworkZip(Path path) {
    if (!Files.exists(path)) {
      throw new ModelException("no model at %s: %s".formatted(path, EXPECTED_MODEL));
    }
    try {
      FileContent content = of(path);
      if (Files.isDirectory(path)) {
        throw new ModelException(
            "no model at %s: it is %s; %s".formatted(path, content.description, EXPECTED_MODEL));
      }
      if (content.kind != Kind.NETWORK_ZIP) {
        boolean isForTraining = content.kind == Kind.NETWORK_JSON || content.kind == Kind.HDF5;
        throw new IOException(
            "it is %s; %s%s"
                .formatted(
                    content.description,
                    EXPECTED_MODEL,
                    isForTraining
                        ? "; to train the network in this file, set model.dl4j to it"
                        : ""));
      }
    } catch (IOException e) {
      throw ModelException.unreadable(path, e);
    }
  }

  private static FileContent other(String description) {
    return new FileContent(Kind.OTHER, description);
  }

  private static String folder(Path path) {
    if (Files.exists(path.resolve("saved_model.pb"))) {
      return "a folder, TensorFlow's SavedModel: save the model for Keras instead, model.save(\"model.keras\")";
    }
    if (Files.exists(path.resolve("model.weights.h5"))) {
      return "a folder with an unpacked Keras archive: save the model as one file, model.save(\"model.keras\")";
    }
    if (Files.isDirectory(path.resolve("metadata"))) {
      return "a folder with a Spark ML model: load it with Spark ML";
    }
    return Files.exists(path.resolve("model.zip"))
        ? "a folder: name the model.zip in it"
        : "a folder: name a file in it";
  }

  private static FileContent zip(Path path) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      List<String> names = zip.stream().map(ZipEntry::getName).toList();
      ZipEntry configuration = zip.getEntry(CONFIGURATION);
      if (configuration != null) {
        return network(
            new String(zip.getInputStream(configuration).readAllBytes(), StandardCharsets.UTF_8),
            names);
      }
      if (names.contains("model.weights.h5") && names.contains("config.json")) {
        return new FileContent(Kind.KERAS_ARCHIVE, "a Keras archive (.keras)");
      }
      return other(archive(names));
    } catch (ZipException e) {
      return other("a damaged or incomplete zip: copy it again");
    }
  }

  private static FileContent network(String json, List<String> names) {
    if (isGraph(json)) {
      return other(
          "a ComputationGraph zip of DL4J: only a MultiLayerNetwork, a chain of layers, can be read; train graphs with SyncBatchNormTrainingMaster");
    }
    return names.contains(COEFFICIENTS)
        ? new FileContent(Kind.NETWORK_ZIP, "a MultiLayerNetwork zip of DL4J")
        : other(
            "a zip with a network's configuration but without its parameters ("
                + COEFFICIENTS
                + ")");
  }

  private static String archive(List<String> names) {
    if (names.contains("model.weights.h5")) {
      return "a zip with weights of Keras but without its config.json: save the whole model, model.save(\"model.keras\")";
    }
    if (names.stream().anyMatch(name -> name.endsWith("data.pkl"))) {
      return "a PyTorch model, which cannot be read";
    }
    if (names.stream().anyMatch(name -> name.endsWith("saved_model.pb"))) {
      return "a zip of TensorFlow's SavedModel: save the model for Keras instead, model.save(\"model.keras\")";
    }
    if (names.stream().anyMatch(name -> name.endsWith(".npy"))) {
      return "NumPy arrays (.npz)";
    }
    return "a zip with other content: "
        + String.join(", ", names.subList(0, Math.min(ENTRIES_NAMED, names.size())))
        + (names.size() > ENTRIES_NAMED ? ", ..." : "");
  }

  private static boolean isGraph(String json) {
    return json.contains("\"vertices\"") || json.contains("\"networkInputs\"");
  }

  /** Decodes the start of a file if it is text; its last character may be incomplete. */
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
      return other("a Git LFS pointer: fetch the file itself with git lfs pull");
    }
    if (text.startsWith("<")) {
      return other("HTML or XML, perhaps the page of a failed download");
    }
    if (!text.startsWith("{") && !text.startsWith("[")) {
      return other("text, but not JSON");
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
            ? "the architecture of a Keras model as JSON: save the whole model instead, model.save(\"model.keras\")"
            : "JSON, but not a MultiLayerConfiguration");
  }

  private static FileContent binary(byte[] start, String hex) {
    if (start.length >= 8 && new String(start, 4, 4, StandardCharsets.US_ASCII).equals("TFL3")) {
      return other("a TensorFlow Lite model, which cannot be read");
    }
    if (start[0] == (byte) 0x80 && start.length > 1 && start[1] >= 2 && start[1] <= 5) {
      return other("a Python pickle, as written by PyTorch and scikit-learn, which cannot be read");
    }
    if (start[0] == 8
        && start.length > 2
        && "121a22283242".contains(String.format(Locale.ROOT, "%02x", start[2]))) {
      return start[1] == 1
          ? other(
              "TensorFlow's saved_model.pb: save the model for Keras instead, model.save(\"model.keras\")")
          : new FileContent(Kind.ONNX, "an ONNX model");
    }
    if (start.length > 9 && start[8] == '{' && start[9] == '"') {
      return other("a safetensors file, which cannot be read");
    }
    return other(
        SIGNATURES.stream()
            .filter(signature -> hex.startsWith(signature[0]))
            .map(signature -> signature[1])
            .findFirst()
            .orElse("of an unknown type: its first bytes are " + hex));
  }
}
