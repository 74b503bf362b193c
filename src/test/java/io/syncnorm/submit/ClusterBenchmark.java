package io.syncnorm.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.Lifeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures the main job's network on two executors of one core each, beside two ranks in local
 * mode; {@code mvn -q -Pbenchmark test} prints it. Needs the job jar, which the scripts build.
 */
public final class ClusterBenchmark {
  private static final int ROUNDS = 3;
  private static final int SETTLED = 10;
  private static final Pattern FIRST_EPOCH =
      Pattern.compile("epoch 1/\\d+ .* ([0-9.]+) s \\(compute");

  private final Path folder;
  private final List<String> training;

  private ClusterBenchmark(Path folder) {
    this.folder = folder;
    this.training =
        List.of("train", "--force", "--set", "training.world=2", "--set", "training.epochs=20");
  }

  public static void print() throws IOException {
    ClusterBenchmark benchmark = new ClusterBenchmark(Files.createTempDirectory("benchmark"));
    try (StandaloneCluster cluster =
        StandaloneCluster.start(benchmark.folder.resolve("cluster"), 2)) {
      for (int round = 0; round < ROUNDS; round++) {
        benchmark.print("local mode, two ranks", "local.sh", List.of());
        benchmark.print(
            "two executors of one core",
            "standalone.sh",
            List.of("--master", cluster.master(), "--executors", "2"));
      }
    }
  }

  private void print(String name, String script, List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Script.HOME.resolve("submit").resolve(script).toAbsolutePath().toString());
    command.addAll(options);
    command.addAll(training);
    command.addAll(List.of("--out", folder.resolve(script).toString()));
    ProcessBuilder builder =
        new ProcessBuilder(Lifeline.tied(command)).directory(Script.HOME.toAbsolutePath().toFile());
    builder.environment().remove("SPARK_HOME");
    Path out = Files.createTempFile(folder, "out", ".txt");
    Process process = builder.redirectOutput(out.toFile()).start();
    double ready = Double.NaN;
    double firstStep = Double.NaN;
    long start = System.nanoTime();
    StringBuilder said = new StringBuilder();
    try (BufferedReader err =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        said.append(line).append('\n');
        double now = 1e-9 * (System.nanoTime() - start);
        Matcher epoch = FIRST_EPOCH.matcher(line);
        if (line.contains("run directory")) {
          ready = now;
        } else if (epoch.find()) {
          firstStep = now - Double.parseDouble(epoch.group(1));
        }
      }
      if (process.waitFor() != 0) {
        throw new IOException(
            String.format(Locale.ROOT, "%s ended with %d:%n%s", script, process.exitValue(), said));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(out);
    JsonNode model =
        new ObjectMapper().readTree(lines.get(lines.size() - 1)).path("models").path(0);
    System.out.printf(
        Locale.ROOT,
        "%-28s %6.3f s an epoch (median of the last %d; mean of 20 %.3f), exchange p50 %5.1f us, p99 %5.1f us; first step %.2f s after the submission of the job%n",
        name,
        settledSeconds(folder.resolve(script)),
        SETTLED,
        model.path("secondsPerEpoch").doubleValue(),
        model.path("exchangeP50Micros").doubleValue(),
        model.path("exchangeP99Micros").doubleValue(),
        firstStep - ready);
  }

  /** Returns the median seconds of the last epochs, after both JVMs have compiled the code. */
  private static double settledSeconds(Path out) throws IOException {
    List<String> rows;
    try (Stream<Path> files = Files.walk(out)) {
      Path metrics = files.filter(file -> file.endsWith("metrics.csv")).findFirst().orElseThrow();
      rows = Files.readAllLines(metrics);
    }
    int column = List.of(rows.get(0).split(",", -1)).indexOf("seconds");
    double[] seconds =
        rows.subList(rows.size() - SETTLED, rows.size()).stream()
            .mapToDouble(row -> Double.parseDouble(row.split(",", -1)[column]))
            .sorted()
            .toArray();
    return seconds[SETTLED / 2];
  }
}
