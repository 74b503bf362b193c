package io.syncnorm.submit;

import io.syncnorm.Lifeline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A class-data archive of Spark's own classes, from which the JVMs of {@link Script} start: Master,
 * Workers, drivers and executors have one class path. It saves a third of the processor time of a
 * driver's short run and half of an executor's start. The first test class with this extension
 * records it once per build; others wait for it.
 *
 * <p>Only integration tests of Maven have one: the system property {@value #PROPERTY} names it.
 */
public final class SparkArchive implements BeforeAllCallback {
  private static final String PROPERTY = "syncnorm.archive";

  /** A busy machine takes two minutes, and without an archive everything else takes longer, too. */
  private static final long DEADLINE_SECONDS = 300;

  /** Spark's cluster in one JVM, with an executor of its own: it loads the classes of all four. */
  private static final String SUBMIT =
      """
      set -euo pipefail
      home=$1
      shift
      . "$home/submit/common.sh"
      require_java
      use_spark
      (spark_submit "$@") && code=0 || code=$?
      rm -rf "$SPARK_HOME/work"
      exit $code
      """;

  /** Java's messages about archives of another class path would be on standard output. */
  private static final String QUIET = "-Xlog:cds=off -Xlog:cds+dynamic=off";

  private static boolean isTried;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    Path file = file();
    if (file == null || exists(file) || isTried) {
      return;
    }
    isTried = true;
    try (FileChannel channel =
        FileChannel.open(
            file.resolveSibling(file.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      channel.lock(); // until it is closed; whoever records has a deadline
      if (!exists(file)) {
        record(file);
      }
    }
  }

  /** Returns the options of a JVM that starts from the archive, empty if there is none. */
  static Optional<String> options() throws IOException {
    Path file = file();
    return file != null && exists(file)
        ? Optional.of("\"-XX:SharedArchiveFile=%s\" %s".formatted(file, QUIET))
        : Optional.empty();
  }

  private static Path file() {
    String file = System.getProperty(PROPERTY);
    return file == null ? null : Path.of(file);
  }

  /** An archive is valid for the Spark of the build that has recorded it. */
  private static boolean exists(Path file) throws IOException {
    return Files.exists(file)
        && Files.getLastModifiedTime(file)
                .compareTo(Files.getLastModifiedTime(file.resolveSibling("spark.classpath")))
            >= 0;
  }

  private static void record(Path file) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("spark-archive");
    Path made = Files.createTempFile(file.getParent(), "spark", ".new");
    Files.delete(made); // Java does not write over a file
    List<String> command =
        new ArrayList<>(
            List.of("bash", "-c", SUBMIT, "bash", Script.HOME.toAbsolutePath().toString()));
    command.addAll(words(folder));
    ProcessBuilder builder =
        new ProcessBuilder(Lifeline.tied(command))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_SUBMIT_OPTS", "\"-XX:ArchiveClassesAtExit=" + made + "\"");
    Process process = builder.start();
    try {
      boolean hasEnded = process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
      if (hasEnded && process.exitValue() == 0 && Files.exists(made)) {
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
      } else { // tests do not depend on it
        System.out.printf(
            Locale.ROOT,
            "no class-data archive of Spark within %d s, tests start slowly: %s%n",
            DEADLINE_SECONDS,
            Files.readString(folder.resolve("log")));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.deleteIfExists(made);
      FileUtils.deleteQuietly(folder.toFile());
    }
  }

  /** The words of a short training with one executor. */
  private static List<String> words(Path folder) {
    List<String> words =
        new ArrayList<>(
            List.of("--master", "local-cluster[1,1,1024]", "--class", "io.syncnorm.cli.Main"));
    for (String conf :
        List.of(
            "spark.ui.enabled=false",
            "spark.driver.host=127.0.0.1",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.executor.memory=1g")) {
      words.addAll(List.of("--conf", conf));
    }
    Path jar = Build.jobJar();
    words.addAll(
        List.of(
            "local:" + jar.toUri().getRawPath(),
            "train",
            "--out",
            folder.resolve("runs").toString()));
    Path mnist = Script.HOME.toAbsolutePath().resolve("data/mnist");
    for (String setting :
        List.of(
            "data.train-images=" + mnist.resolve("train-images-idx3-ubyte.gz"),
            "data.train-labels=" + mnist.resolve("train-labels-idx1-ubyte.gz"),
            "data.test-images=" + mnist.resolve("t10k-images-idx3-ubyte.gz"),
            "data.test-labels=" + mnist.resolve("t10k-labels-idx1-ubyte.gz"),
            "data.limit-train=500",
            "data.limit-test=100",
            "training.world=1",
            "training.epochs=1")) {
      words.addAll(List.of("--set", setting));
    }
    return words;
  }
}
