package io.syncnorm.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The output folder of a grid, possibly while it runs. */
record GridFolder(Path out) {
  /** Returns the runs of an event, in the order of the index, once per event. */
  List<String> runs(String event) throws IOException {
    List<String> runs = new ArrayList<>();
    Path index = out.resolve("index.jsonl");
    for (String line : Files.exists(index) ? Files.readAllLines(index) : List.<String>of()) {
      JsonNode happened = new ObjectMapper().readTree(line);
      if (happened.path("event").asText().equals(event)) {
        runs.add(happened.path("run").asText());
      }
    }
    return runs;
  }

  /** SHA-256 of the model zip of each run, by the run's name. */
  Map<String, String> models() throws IOException {
    Map<String, String> models = new TreeMap<>();
    for (Path directory : directories()) {
      String hash = new RunFolder(directory, null).fileHash(RunFolder.MODEL);
      models.put(directory.getFileName().toString(), hash);
    }
    return models;
  }

  /** Returns whether an unfinished run has trained this number of epochs. */
  boolean isWithinACellAfter(int epochs) throws IOException {
    for (Path directory : directories()) {
      Path metrics = directory.resolve("metrics.csv");
      if (!Files.exists(directory.resolve("result.json"))
          && Files.exists(metrics)
          && Files.readAllLines(metrics).size() > epochs) {
        return true;
      }
    }
    return false;
  }

  /** The run directories. */
  private List<Path> directories() throws IOException {
    if (!Files.isDirectory(out)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(out)) {
      return files
          .filter(Files::isDirectory)
          .filter(directory -> !directory.endsWith("experiments"))
          .toList();
    }
  }
}
