package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.fail;

import io.syncnorm.Lifeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a script of {@code submit/} from the project's folder, as a user would. */
public record Script(String name, Map<String, String> environment) {
  public static final Path HOME = Path.of(System.getProperty("syncnorm.basedir", ""));

  private static final Duration DEADLINE = Duration.ofSeconds(100);

  /** The result of a script, with separate standard output and standard error. */
  public record Outcome(int code, String out, String err) {
    public String lastLine() {
      List<String> lines = out.lines().toList();
      return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
  }

  public static Script of(String name) {
    return new Script(name, Map.of());
  }

  public Script with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Script(name, more);
  }

  /**
   * Runs the script to its end.
   *
   * @throws AssertionError if it does not end in time
   */
  public Outcome run(String... arguments) throws IOException {
    try (Running running = start(arguments)) {
      Optional<Outcome> outcome = running.await(DEADLINE);
      if (outcome.isEmpty()) {
        fail("did not end: arguments=%s, err=%s".formatted(List.of(arguments), running.err()));
      }
      return outcome.get();
    }
  }

  /**
   * Output goes to files, because a background process that keeps a pipe open would block a reader.
   */
  public Running start(String... arguments) throws IOException {
    Path out = Files.createTempFile("script", ".out");
    Path err = Files.createTempFile("script", ".err");
    List<String> command = new ArrayList<>();
    command.add(HOME.resolve("submit").resolve(name).toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(Lifeline.tied(command))
            .directory(HOME.toAbsolutePath().toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("SPARK_HOME");
    SparkArchive.options()
        .ifPresent(
            options ->
                builder
                    .environment()
                    .merge("JAVA_TOOL_OPTIONS", options, (own, more) -> own + " " + more));
    builder.environment().putAll(environment);
    return new Running(builder.start(), out, err);
  }

  /** A running script; closing ends it with all its children. */
  public static final class Running implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    private Running(Process process, Path out, Path err) {
      this.process = process;
      this.out = out;
      this.err = err;
    }

    public ProcessHandle process() {
      return process.toHandle();
    }

    /** Returns the standard error so far. */
    public String err() throws IOException {
      return Files.readString(err);
    }

    /** Returns the result; empty if the script has not ended. */
    public Optional<Outcome> await(Duration deadline) throws IOException {
      try {
        return process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)
            ? Optional.of(new Outcome(process.exitValue(), Files.readString(out), err()))
            : Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for a script", e);
      }
    }

    @Override
    public void close() throws IOException {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }
}
