package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.files.Sha256;
import io.syncnorm.report.Json;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** The directory of a run. */
record RunFolder(Path path, RunResult result) {

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

  /** Returns the SHA-256 of a model's parameters, as plain DL4J reads them. */
  String parametersHash(String zip) throws IOException {
    float[] parameters =
        MultiLayerNetwork.load(file(zip).toFile(), false).params().dup('c').data().asFloat();
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (float parameter : parameters) {
        int bits = Float.floatToRawIntBits(parameter);
        for (int shift = 24; shift >= 0; shift -= 8) {
          sha256.update((byte) (bits >> shift));
        }
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
