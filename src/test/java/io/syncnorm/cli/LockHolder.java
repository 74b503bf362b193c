package io.syncnorm.cli;

import io.syncnorm.experiment.RunDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Another process that holds a run directory, for writing or reading; ends when it is killed or its
 * input ends.
 */
final class LockHolder {
  private static final String HELD = "held: ";
  private static final String LOOKS = "looks";
  private static final String WRITES = "writes";

  private LockHolder() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    boolean looks = args[1].equals(LOOKS);
    try (RunDirectory held = looks ? RunDirectory.look(directory) : RunDirectory.open(directory)) {
      System.out.println(HELD + held.path());
      while (System.in.read() >= 0) {
        // Waits.
      }
    }
  }

  /** Starts the process and waits until it holds the directory for writing. */
  static Process start(Path directory) throws IOException {
    return start(directory, WRITES);
  }

  /** Starts the process and waits until it holds the directory for reading. */
  static Process startReading(Path directory) throws IOException {
    return start(directory, LOOKS);
  }

  private static Process start(Path directory, String purpose) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                directory.toString(),
                purpose)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    // Not closed, because that would close the process' output. The test's timeout ends the wait.
    String line =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    if (line == null || !line.startsWith(HELD)) {
      process.destroyForcibly();
      throw new IOException("the lock was not taken: found=" + line);
    }
    return process;
  }
}
