package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.report.Json;
import io.syncnorm.report.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests {@code submit/local.sh}: what it passes to the job, and its checks of the environment. */
@Timeout(240)
class LocalScriptIT {
  private static final int MORE_THAN_THE_CORES = Runtime.getRuntime().availableProcessors() + 2;

  /** Fontconfig finds no fonts, and Java's table of fonts does not exist. */
  private static final Map<String, String> NO_FONTS =
      Map.of(
          "FONTCONFIG_FILE", "/nowhere/fonts.conf",
          "JAVA_TOOL_OPTIONS", "-Dsun.awt.fontconfig=/nowhere/fontconfig.properties");

  /** Signature of HDF5 files. */
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  @TempDir Path folder;

  static Stream<Arguments> environments() {
    return Stream.of(
        Arguments.of("SPARK_HOME", "/nowhere", 2, "SPARK_HOME=/nowhere"),
        Arguments.of("JAVA_HOME", "/nowhere", 4, " is needed: found java=none"),
        Arguments.of("SYNCNORM_MASTER", "spark://host:7077", 2, "master=spark://host"));
  }

  @Test
  void shouldRunMoreRanksThanCoresAndKeepARunWithoutPlots() throws Exception {
    LocalScript.Outcome run =
        LocalScript.run(
                folder,
                NO_FONTS,
                mnist("train", "training.world=" + MORE_THAN_THE_CORES, "training.epochs=1"))
            .done();
    RunResult result = Json.read(run.out(), RunResult.class);
    assertEquals(MORE_THAN_THE_CORES, result.world());
    assertTrue(
        run.err()
            .contains(
                String.format(
                    Locale.ROOT,
                    "world %d on %d hosts",
                    MORE_THAN_THE_CORES,
                    MORE_THAN_THE_CORES - 2)),
        run.err());
    Path directory = folder.resolve("runs").resolve(result.run());
    assertTrue(run.err().contains("drawing curves.png and curves.svg failed"), run.err());
    assertFalse(Files.exists(directory.resolve("curves.png")));
    for (String file : List.of(Build.MODEL, "metrics.csv", "result.json", "report.html")) {
      assertTrue(Files.exists(directory.resolve(file)), file);
    }
  }

  @Test
  void shouldReturnTheExitCodeOfAWrongConfiguration() throws Exception {
    LocalScript.run(folder, Map.of(), "--set", "training.epochs=0", "--set", "run.seed=x")
        .assertFailed(2, "error: ", "training.epochs", "run.seed");
  }

  @Slow
  @Test
  void shouldReturnTheExitCodeOfMissingData() throws Exception {
    LocalScript.run(folder, Map.of(), "train", "--set", "data.train-images=missing")
        .assertFailed(3, "error: file does not exist", folder.resolve("missing").toString());
  }

  @Slow
  @Test
  void shouldEndDivergenceWithOneReadableMessage() throws Exception {
    LocalScript.run(
            folder,
            Map.of(),
            mnist(
                "train",
                "model.batch-norm.enabled=false",
                "training.optimizer.type=sgd",
                "training.optimizer.learning-rate=1e30"))
        .assertFailed(6, "training diverged");
  }

  @Test
  void shouldReportThatARankRanOutOfMemory() throws Exception {
    // One array of a rank's activations has 480 MB.
    String[] settings = {
      "data.limit-train=all", "training.batch-size=30000", "training.world=2", "model.hidden=[4000]"
    };
    LocalScript.run(folder, Map.of("SYNCNORM_MEMORY", "600m"), mnist("train", settings))
        .assertFailed(4, "error: not enough memory", "SYNCNORM_MEMORY");
  }

  @Test
  void shouldReadKerasFilesWithTheJobJarAlone() throws Exception {
    Path keras = Files.write(folder.resolve("keras.h5"), HDF5);
    LocalScript.run(folder, Map.of(), mnist("train", "model.dl4j=" + keras))
        .assertFailed(
            Build.hasDl4j() ? 3 : 4,
            Build.hasDl4j() ? "its HDF5 content is damaged" : "it needs DL4J");
  }

  @ParameterizedTest
  @MethodSource("environments")
  void shouldReportFaultsOfTheEnvironment(String name, String value, int code, String part)
      throws Exception {
    LocalScript.run(folder, Map.of(name, value), "--version").assertFailed(code, "error: ", part);
  }

  @Test
  void shouldStartSeveralTimesAtOnceEvenTheFirstTime() throws Exception {
    Path built = builtButNeverStarted();
    List<LocalScript> scripts = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        scripts.add(LocalScript.start(built, folder, Map.of(), "--version"));
      }
      for (LocalScript script : scripts) {
        assertTrue(script.await().done().out().startsWith("SyncNorm "));
      }
    } finally {
      scripts.forEach(LocalScript::close);
    }
  }

  @Slow
  @Test
  void shouldStartFromAnArchiveThatTheFirstRunLeaves() throws Exception {
    Path home = builtButNeverStarted();
    String[] train = mnist("train", "training.epochs=1");
    RunResult first = train(home, Map.of("SYNCNORM_ARCHIVE", "yes"), train);
    Path archive = awaitArchive(Build.createFolder(home).resolve("spark"));

    Path classes = folder.resolve("classes.log");
    Map<String, String> logged =
        Map.of("SYNCNORM_ARCHIVE", "yes", "JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + classes);
    RunResult second = train(home, logged, train);
    assertEquals(first.models().get(0).testLoss(), second.models().get(0).testLoss());
    assertTrue(
        Files.readString(classes)
            .contains("io.syncnorm.cli.Main source: shared objects file (top)"));

    long size = Files.size(archive);
    Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-------"));
    for (long damaged : new long[] {size, size / 2}) { // then Java looks into it, or must not
      Files.write(archive, new byte[Math.toIntExact(damaged)]);
      try (LocalScript script =
          LocalScript.start(home, folder, Map.of("SYNCNORM_ARCHIVE", "yes"), "--version")) {
        LocalScript.Outcome outcome = script.await().done();
        assertEquals("", outcome.err());
        assertTrue(outcome.out().startsWith("SyncNorm "), outcome.out());
      }
    }
  }

  private RunResult train(Path home, Map<String, String> environment, String... train)
      throws Exception {
    List<String> words = new ArrayList<>(List.of(train));
    words.addAll(List.of("--out", Files.createTempDirectory(folder, "out").toString()));
    try (LocalScript script =
        LocalScript.start(home, folder, environment, words.toArray(String[]::new))) {
      return Json.read(script.await().done().out(), RunResult.class);
    }
  }

  /** Waits until an archive is there, and what made it has cleaned up. */
  private static Path awaitArchive(Path spark) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(100);
    List<Path> made = List.of();
    while (made.size() != 1 || !made.get(0).toString().endsWith(".jsa")) {
      assertTrue(System.nanoTime() < deadline, made.toString());
      Thread.sleep(100);
      try (Stream<Path> files = Files.walk(spark, 2)) {
        made = files.filter(file -> file.toString().matches(".*(\\.jsa|archive\\.new.*)")).toList();
      }
    }
    return made.get(0);
  }

  private static String[] mnist(String command, String... settings) {
    Path mnist = LocalScript.HOME.resolve("data/mnist");
    List<String> words = new ArrayList<>(List.of(command));
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.train-images=" + mnist.resolve("train-images-idx3-ubyte.gz"),
                "data.train-labels=" + mnist.resolve("train-labels-idx1-ubyte.gz"),
                "data.test-images=" + mnist.resolve("t10k-images-idx3-ubyte.gz"),
                "data.test-labels=" + mnist.resolve("t10k-labels-idx1-ubyte.gz"),
                "data.limit-train=2000",
                "data.limit-test=1000"));
    all.addAll(List.of(settings));
    all.forEach(setting -> words.addAll(List.of("--set", setting)));
    return words.toArray(String[]::new);
  }

  /** Creates a copy of the project that shares everything except the files of the first start. */
  private Path builtButNeverStarted() throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    for (String name : List.of("submit", "conf", "data", "src", "pom.xml", "LICENSE", "NOTICE")) {
      Files.createSymbolicLink(home.resolve(name), LocalScript.HOME.resolve(name));
    }
    Path target = Build.createFolder(home);
    try (Stream<Path> files = Files.list(Build.FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.createSymbolicLink(target.resolve(file.getFileName()), file);
      }
    }
    return home;
  }
}
