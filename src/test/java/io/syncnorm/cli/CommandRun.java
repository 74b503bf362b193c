package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.files.RemoteFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of a command, as its user sees it.
 *
 * @param code exit code
 * @param out complete standard output
 * @param err complete standard error, including the log
 */
public record CommandRun(int code, String out, String err) {

  /** Runs {@link Main} in this JVM, with Spark on two slots and no reachable servers. */
  static CommandRun of(String... args) {
    return on("local[2]", args);
  }

  static CommandRun of(List<String> words, Path out, String... more) {
    return of(join(words, out, more));
  }

  public static CommandRun on(String master, List<String> words, Path out, String... more) {
    return on(master, join(words, out, more));
  }

  /** Runs a command with settings as spark-submit passes them. */
  static CommandRun with(Map<String, String> settings, List<String> words, Path out) {
    return with(settings, join(words, out));
  }

  private static CommandRun on(String master, String... args) {
    return with(Map.of("spark.master", master), args);
  }

  private static CommandRun with(Map<String, String> settings, String... args) {
    Map<String, String> properties =
        new HashMap<>(
            Map.of(
                "spark.master", "local[2]",
                "spark.ui.enabled", "false",
                "spark.driver.host", "127.0.0.1",
                "spark.driver.bindAddress", "127.0.0.1",
                "spark.hadoop.fs.remote.impl", RemoteFileSystem.class.getName(),
                // Does not respond: a path without a scheme is local whatever Hadoop's default is.
                "spark.hadoop.fs.defaultFS", "nowhere://host/"));
    properties.putAll(settings);
    Map<String, String> before = new HashMap<>();
    properties.forEach((key, value) -> before.put(key, System.setProperty(key, value)));
    PrintStream standardOut = System.out;
    PrintStream standardErr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      int code = Main.run(args);
      return new CommandRun(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(standardOut);
      System.setErr(standardErr);
      before.forEach(
          (key, value) -> {
            if (value == null) {
              System.clearProperty(key);
            } else {
              System.setProperty(key, value);
            }
          });
    }
  }

  /** Returns the error as its user reads it: from the line that begins with {@code error:}. */
  String error() {
    int at = ("\n" + err).indexOf("\nerror: ");
    return at < 0 ? "" : err.substring(at);
  }

  /** Asserts success. */
  public CommandRun done() {
    assertEquals(0, code, err);
    assertEquals("", error());
    return this;
  }

  /**
   * Asserts that the command ended with a code, without a result, and with a readable error that
   * contains these parts.
   */
  void assertFailed(ExitCode expected, String... parts) {
    assertEquals(expected.code(), code, err);
    assertEquals("", out, "standard output carries results alone");
    for (String part : parts) {
      assertTrue(error().contains(part), () -> "no '" + part + "' in: " + err);
    }
    assertFalse(error().contains("Exception"), error());
    assertFalse(error().contains("\tat "), error());
  }

  private static String[] join(List<String> words, Path out, String... more) {
    List<String> all = new ArrayList<>(words);
    all.add("--out");
    all.add(out.toString());
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }
}
