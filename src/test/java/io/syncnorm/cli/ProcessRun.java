package io.syncnorm.cli;

import io.syncnorm.Lifeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@link Main} in a separate process that can be killed, on two slots like {@link CommandRun}. */
final class ProcessRun implements AutoCloseable {
  private final Process process;
  private final BufferedReader err;

  /** Lines read so far; a thread may still be reading. */
  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  ProcessRun(List<String> words, Path out) throws IOException {
    this(List.of(), Main.class, with(words, "--out", out.toString()));
  }

  /**
   * Starts another class.
   *
   * @param options JVM options, in addition to those that Spark needs
   */
  ProcessRun(List<String> options, Class<?> main, List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-") || argument.startsWith("-XX:"))
        .forEach(command::add);
    command.addAll(options);
    command.addAll(
        List.of(
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dlog4j2.configurationFile=file:conf/log4j2.properties", // like the submit scripts
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(words);
    process =
        new ProcessBuilder(Lifeline.tied(command))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    err =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
  }

  private static List<String> with(List<String> words, String... more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return all;
  }

  /** Reads until a line contains this part; the test's timeout ends the wait. */
  void awaitLine(String part) throws IOException {
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      said.add(line);
      if (line.contains(part)) {
        return;
      }
    }
    throw new IOException("no '" + part + "' in:\n" + err());
  }

  /** SIGTERM. */
  void terminate() {
    process.toHandle().destroy(); // destroying the Process would also close its output
  }

  /** SIGKILL. */
  void kill() {
    process.toHandle().destroyForcibly();
  }

  /**
   * Reads the remaining output, waits for the end, and returns the exit code.
   *
   * @throws IOException if that takes too long
   */
  int exitCode(long seconds) throws IOException, InterruptedException {
    Thread reader = new Thread(this::readOn, "standard error");
    reader.setDaemon(true);
    reader.start();
    reader.join(TimeUnit.SECONDS.toMillis(seconds));
    if (reader.isAlive() || !process.waitFor(1, TimeUnit.SECONDS)) {
      throw new IOException(
          String.format(Locale.ROOT, "still running after %d s:%n%s", seconds, err()));
    }
    return process.exitValue();
  }

  private void readOn() {
    try {
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        said.add(line);
      }
    } catch (IOException e) {
      said.add("cannot be read: " + e);
    }
  }

  /** Returns the standard error read so far. */
  String err() {
    return said.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
