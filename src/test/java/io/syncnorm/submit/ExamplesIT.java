package io.syncnorm.submit;

import static io.syncnorm.submit.Build.LIBRARY;
import static io.syncnorm.submit.Build.SLIM;
import static io.syncnorm.submit.Build.VERSION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests {@code src/examples}, built like a user's projects with the artifacts of {@code mvn
 * install}, and run in each way in which Spark can load a library. Nothing here needs a network.
 */
@Slow
@Timeout(240)
class ExamplesIT {
  private static final String IN_SPARK_ML = "io.syncnorm.examples.SpiralsInSparkMl";
  private static final String IN_DL4J = "io.syncnorm.examples.SpiralsInDl4j";

  /** Chance is a third; the examples reach 0.98. */
  private static final double PLAUSIBLE_ACCURACY = 0.9;

  private static final Pattern ACCURACY = Pattern.compile("(?m)^accuracy=(\\S+)$");

  @TempDir static Path folder;
  private static FolderRepository repository;
  private static Path examples;

  @BeforeAll
  static void buildExamples() throws Exception {
    repository = FolderRepository.make(folder.resolve("repository"));
    examples = folder.resolve("examples");
    copy(LocalScript.HOME.resolve("src/examples"), examples);
    Path mvn = Path.of(System.getProperty("maven.home"), "bin", "mvn");
    try (LocalScript maven =
        LocalScript.startScript(
            mvn,
            folder,
            Map.of("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1"),
            "-B",
            "-q",
            "-o",
            "-Dmaven.repo.local=" + repository.folder(),
            "-f",
            examples.toString(),
            "package",
            "dependency:build-classpath",
            "-DincludeScope=runtime",
            "-Dmdep.outputFile=target/class.path")) {
      LocalScript.Outcome built = maven.await();
      assertEquals(0, built.code(), built.out() + built.err());
    }
  }

  @AfterAll
  static void closeRepository() throws IOException {
    repository.close();
  }

  @Test
  void shouldDependOnlyOnWhatTheEstimatorNeeds() throws IOException {
    String classPath = Files.readString(examples.resolve("spark-ml/target/class.path"));
    Set<String> names =
        Arrays.stream(classPath.split(":"))
            .map(jar -> Path.of(jar).getFileName().toString())
            .map(name -> name.replaceFirst("-\\d.*?(-linux-x86_64)?\\.jar$", "$1"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        Set.of(
            LIBRARY,
            "config",
            "javacpp",
            "javacpp-linux-x86_64",
            "openblas",
            "openblas-linux-x86_64"),
        names);
  }

  static List<String> artifacts() {
    return List.of(LIBRARY, SLIM);
  }

  /** With OpenBLAS, which Spark's resolver omits unless the POM names it properly. */
  @ParameterizedTest
  @MethodSource("artifacts")
  void shouldTrainWithPackages(String artifact) throws Exception {
    Path ivy = Files.createTempDirectory(folder, "ivy");
    Path noOtherRepository = ivy.resolve("settings.xml");
    Files.writeString(
        noOtherRepository,
        "<ivysettings><settings defaultResolver='none'/><resolvers><chain name='none'/></resolvers></ivysettings>");
    assertTrained(
        SparkProgram.submit(
            folder,
            "--conf",
            "spark.jars.ivy=" + ivy,
            "--conf",
            "spark.jars.ivySettings=" + noOtherRepository,
            "--repositories",
            repository.folder().toUri().toString(),
            "--packages",
            FolderRepository.coordinates(artifact),
            "--class",
            IN_SPARK_ML,
            example("spark-ml").toString()));
  }

  @Test
  void shouldTrainInAPlainSessionWithOnlyTheSlimJar() throws Exception {
    assertTrained(SparkProgram.run(folder, IN_SPARK_ML, example("spark-ml"), Build.jar(SLIM)));
  }

  @Test
  void shouldTrainDl4jWithTheJobJar() throws Exception {
    assertTrained(
        SparkProgram.submit(
            folder,
            "--jars",
            Build.jobJar().toString(),
            "--class",
            IN_DL4J,
            example("dl4j").toString()));
  }

  @Test
  void shouldNameTheVersionThatIsBuilt() throws IOException {
    String pom = Files.readString(LocalScript.HOME.resolve("src/examples/pom.xml"));
    assertTrue(pom.contains("<syncnorm.version>" + VERSION + "</syncnorm.version>"), pom);
  }

  private static void assertTrained(LocalScript.Outcome outcome) {
    Matcher accuracy = ACCURACY.matcher(outcome.out());
    assertTrue(accuracy.find(), () -> outcome.out() + outcome.err());
    assertTrue(Double.parseDouble(accuracy.group(1)) > PLAUSIBLE_ACCURACY, outcome.out());
    assertFalse(outcome.err().contains("no native BLAS"), outcome.err());
  }

  private static Path example(String name) {
    return examples.resolve(name + "/target/" + name + "-1.jar");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (!copy.toString().contains("/target/")) { // files of another build
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
  }
}
