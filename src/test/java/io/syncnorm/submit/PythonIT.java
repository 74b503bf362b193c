package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncnorm.Lifeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the tests of the Python package in {@code src/test/python}, with the package and the classes
 * of the built slim jar. Skipped without {@code python3}, and those that need PySpark unless the
 * environment variable {@code PYSPARK} or {@code SPARK_HOME} names a Spark with its Python folder.
 */
@Timeout(value = 12, unit = TimeUnit.MINUTES)
class PythonIT {
  private static final Path TESTS = LocalScript.HOME.resolve("src/test/python").toAbsolutePath();
  private static final Duration SHORT = Duration.ofMinutes(1);

  /** Twice the time on two cores with other builds beside it. */
  private static final Duration LONG = Duration.ofMinutes(10);

  private static final Pattern PASSED = Pattern.compile("Ran [1-9]\\d* tests.*\\s+OK\\s*$");

  @TempDir static Path folder;

  private record Outcome(int code, String printed) {}

  @BeforeAll
  static void requirePython() throws Exception {
    boolean found;
    try {
      found = python(SHORT, "-c", "import sys; sys.exit(sys.version_info < (3, 8))").code() == 0;
    } catch (IOException e) {
      found = false;
    }
    assumeTrue(found, "python3 of at least 3.8 is not on this machine");
  }

  @Test
  void shouldPassItsTestsWithoutPySpark() throws Exception {
    assertPassed(unittest(SHORT, "test_package*.py"));
  }

  @Test
  void shouldPassItsTestsInPySpark() throws Exception {
    Outcome paths = python(SHORT, TESTS.resolve("syncnorm_paths.py").toString());
    assumeTrue(paths.code() == 0, paths.printed());
    assertPassed(unittest(LONG, "test_pyspark*.py"));
  }

  private static Outcome unittest(Duration deadline, String files) throws Exception {
    return python(
        deadline, "-m", "unittest", "discover", "-v", "-s", TESTS.toString(), "-p", files);
  }

  private static void assertPassed(Outcome outcome) {
    assertEquals(0, outcome.code(), outcome.printed());
    // Nothing is skipped: "OK (skipped=1)" does not match.
    assertTrue(PASSED.matcher(outcome.printed()).find(), outcome.printed());
  }

  /** Runs Python, which leaves no compiled files beside the sources. */
  private static Outcome python(Duration deadline, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", "-B", "-W", "ignore"));
    command.addAll(List.of(words));
    Path printed = Files.createTempFile(folder, "python", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(Lifeline.tied(command))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile());
    builder.environment().put("SYNCNORM_JAR", Build.jar(Build.SLIM).toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("PYSPARK_PYTHON", "python3");
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
      String text = Files.readString(printed);
      assertTrue(
          ended,
          () ->
              "python3 did not end in time: words=%s, limit=%s, printed=%s"
                  .formatted(List.of(words), deadline, text));
      return new Outcome(process.exitValue(), text);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
