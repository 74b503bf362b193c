package io.syncnorm.cli;

import io.syncnorm.experiment.RunDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Another process that holds a run directory; ends when it is killed or its input ends. */
final class LockHolder {
  private static final String HELD = "held: ";

  private LockHolder() {}

  public static void main(String[] args) throws IOException {
    try (RunDirectory held = RunDirectory.open(Path.of(args[0]))) {
      System.out.println(HELD + held.path());
      while (System.in.read() >= 0) {
        // Waits.
      }
    }
  }

  /** Starts it and waits until it holds the directory. */
  static Process start(Path directory) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    // Not closed: it would close the process' output. The test's time limit ends the wait.
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
