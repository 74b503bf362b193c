package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.files.Sha256;
import io.syncnorm.model.Dl4j;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.onnx.OnnxNetwork;
import io.syncnorm.report.Json;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/** The directory of a run. */
record RunFolder(Path path, RunResult result) {
  /** Name of a model's file. */
  static final String MODEL = Dl4j.find().isPresent() ? "model.zip" : "model.onnx";

  /** Finds the directory of a complete run. */
  static RunFolder of(CommandRun run, Path out) {
    RunResult result = Json.read(run.done().out(), RunResult.class);
    return new RunFolder(out.resolve(result.run()), result);
  }

  Path file(String name) {
    return path.resolve(name);
  }

  String text(String name) throws IOException {
    return Files.readString(file(name));
  }

  /** All files, relative, sorted. */
  List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> path.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  /** Asserts that another run is bit-identical, except for times. */
  void assertSameOutcome(RunFolder other) throws IOException {
    assertEquals(other.result.run(), result.run());
    assertSameModels(other);
  }

  /** Checks that models and figures are those of another run, which may have another name. */
  void assertSameModels(RunFolder other) throws IOException {
    assertEquals(figures(other), figures(this));
    assertEquals(
        other.result.models().stream().map(ModelResult::epochs).toList(),
        result.models().stream().map(ModelResult::epochs).toList());
    assertEquals(
        other.result.models().stream().map(ModelResult::bestEpoch).toList(),
        result.models().stream().map(ModelResult::bestEpoch).toList());
    for (ModelResult model : result.models()) {
      assertEquals(other.fileHash(model.file()), fileHash(model.file()), model.name());
    }
  }

  /** Returns the rows of the metrics, without times. */
  private static List<String> figures(RunFolder folder) throws IOException {
    return folder
        .text("metrics.csv")
        .lines()
        .map(row -> String.join(",", List.of(row.split(",")).subList(0, 6)))
        .toList();
  }

  /** Of each epoch, what is measured of ranks and layers, and no time. */
  List<String> layers() throws IOException {
    return text("metrics.jsonl")
        .lines()
        .map(row -> row.substring(row.indexOf("\"runningTestLoss\"")))
        .toList();
  }

  /** SHA-256 of a file. */
  String fileHash(String name) throws IOException {
    return HexFormat.of().formatHex(Sha256.start().digest(Files.readAllBytes(file(name))));
  }

  /** Returns the SHA-256 of a model's parameters. */
  String parametersHash(String model) throws IOException {
    if (model.endsWith(".zip")) {
      try (ZipFile zip = new ZipFile(file(model).toFile());
          InputStream parameters = zip.getInputStream(zip.getEntry("coefficients.bin"))) {
        return HexFormat.of().formatHex(Sha256.start().digest(parameters.readAllBytes()));
      }
    }
    NetworkState state = OnnxNetwork.read(file(model)).state();
    MessageDigest sha256 = Sha256.start();
    for (float[] values : new float[][] {state.parameters(), state.statistics()}) {
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
      bytes.asFloatBuffer().put(values);
      sha256.update(bytes.array());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
