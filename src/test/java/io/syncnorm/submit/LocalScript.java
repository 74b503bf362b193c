package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Lifeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One call of {@code submit/local.sh} as a user types it. Closing kills its remaining processes.
 *
 * @param logs folder of the call's output
 */
record LocalScript(Process process, Path logs) implements AutoCloseable {
  /** The project's folder. */
  static final Path HOME = Path.of(System.getProperty("syncnorm.basedir"));

  private static final long DEADLINE_SECONDS = 150;

  /** The result of a call. */
  record Outcome(int code, String out, String err) {
    Outcome done() {
      assertEquals(0, code, err);
      return this;
    }

    /** Asserts the exit code, these parts of standard error, and that there is no stack trace. */
    void assertFailed(int expected, String... parts) {
      assertEquals(expected, code, err);
      assertEquals("", out, "standard output carries results alone");
      for (String part : parts) {
        assertTrue(err.contains(part), () -> "no '" + part + "' in: " + err);
      }
      assertFalse(err.contains("Exception"), err);
      assertFalse(err.contains("\tat "), err);
    }
  }

  /**
   * Starts the script.
   *
   * @param home the project's folder, or another path to it
   * @param folder working directory
   * @param environment variables in addition to this process' own, without those of Spark and
   *     SyncNorm, save SYNCNORM_SPARK; the script leaves nothing running in the background
   */
  static LocalScript start(Path home, Path folder, Map<String, String> environment, String... words)
      throws IOException {
    return startScript(home.resolve("submit/local.sh"), folder, environment, words);
  }

  /**
   * Starts another script. Unless the environment says otherwise, its JVMs start from the build's
   * {@link SparkArchive}, if there is one.
   */
  static LocalScript startScript(
      Path script, Path folder, Map<String, String> environment, String... words)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(script.toString());
    command.addAll(List.of(words));
    Path logs = Files.createTempDirectory(folder, "logs");
    ProcessBuilder builder =
        new ProcessBuilder(Lifeline.tied(command))
            .directory(folder.toFile())
            .redirectOutput(logs.resolve("out").toFile())
            .redirectError(logs.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.matches("SPARK_.*|SYNCNORM_(?!SPARK).*"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().put("SYNCNORM_ARCHIVE", "no");
    if (!environment.containsKey("SYNCNORM_ARCHIVE")) { // the script's own archive
      SparkArchive.options()
          .ifPresent(options -> builder.environment().put("JAVA_TOOL_OPTIONS", options));
    }
    builder.environment().putAll(environment);
    return new LocalScript(builder.start(), logs);
  }

  /** Starts the script and waits for its end. */
  static Outcome run(Path folder, Map<String, String> environment, String... words)
      throws Exception {
    try (LocalScript script = start(HOME, folder, environment, words)) {
      return script.await();
    }
  }

  Outcome await() throws IOException, InterruptedException {
    boolean ended = process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
    String err = Files.readString(logs.resolve("err"));
    assertTrue(ended, () -> "still running after " + DEADLINE_SECONDS + " s: " + err);
    return new Outcome(process.exitValue(), Files.readString(logs.resolve("out")), err);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
