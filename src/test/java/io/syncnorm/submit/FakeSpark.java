package io.syncnorm.submit;

import io.syncnorm.submit.Script.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Spark installation that prints its arguments, one per line, instead of submitting, and writes a
 * log, if set, to standard error.
 */
record FakeSpark(Path home) {
  /**
   * The arguments that a script passed; of several values of a setting the last one counts, as in
   * Spark.
   */
  record Submission(Map<String, String> settings, Map<String, String> options, List<String> job) {}

  static FakeSpark in(Path home) throws IOException {
    Path program = Files.createDirectories(home.resolve("bin")).resolve("spark-class");
    Files.writeString(
        program,
        """
        #!/bin/sh
        printf '%s\\n' "$@"
        log=$(dirname "$0")/log
        [ ! -f "$log" ] || cat "$log" >&2
        """);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path jars = Files.createDirectories(home.resolve("jars"));
    Files.createFile(jars.resolve("spark-yarn_2.12-3.5.5.jar"));
    Files.createFile(jars.resolve("spark-kubernetes_2.12-3.5.5.jar"));
    return new FakeSpark(home);
  }

  /** Sets the log. */
  FakeSpark saying(String log) throws IOException {
    Files.writeString(home.resolve("bin/log"), log);
    return this;
  }

  Script script(String name) {
    return Script.of(name).with("SPARK_HOME", home.toString());
  }

  /** Parses arguments as SparkSubmit does: options up to the first other word, which is the jar. */
  static Submission read(Outcome outcome) {
    List<String> words = outcome.out().lines().toList();
    Map<String, String> settings = new TreeMap<>();
    Map<String, String> options = new TreeMap<>();
    int next = 1;
    while (next < words.size() && words.get(next).startsWith("--")) {
      String value = words.get(next + 1);
      if (words.get(next).equals("--conf")) {
        settings.put(value.split("=", 2)[0], value.split("=", 2)[1]);
      } else {
        options.put(words.get(next), value);
      }
      next += 2;
    }
    return new Submission(
        settings,
        options,
        new ArrayList<>(words.subList(Math.min(next, words.size()), words.size())));
  }
}
