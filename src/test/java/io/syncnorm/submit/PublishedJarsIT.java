package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the contents of the jars that {@code mvn install} publishes; {@link JobJarIT} has more
 * tests of the job jar.
 */
class PublishedJarsIT {
  private static final Path LIBRARY = Build.jar(Build.LIBRARY);
  private static final Path SLIM = Build.jar(Build.SLIM);
  private static final Path JOB = Build.jobJar();

  private static final long LARGEST_SLIM_BYTES = 15_000_000;

  static List<Path> jars() {
    return List.of(LIBRARY, SLIM, JOB);
  }

  static List<Path> jarsWithLibraries() {
    return List.of(SLIM, JOB);
  }

  @ParameterizedTest
  @MethodSource("jars")
  void shouldDescribeThemselvesInTheirManifests(Path path) throws IOException {
    try (BuiltJar jar = BuiltJar.open(path)) {
      assertTrue(jar.attribute("Implementation-Title").startsWith("SyncNorm"));
      assertEquals(Build.VERSION, jar.attribute("Implementation-Version"));
    }
  }

  @ParameterizedTest
  @MethodSource("jars")
  void shouldContainTheirLicenceAndNotices(Path path) throws IOException {
    try (BuiltJar jar = BuiltJar.open(path)) {
      for (String name : List.of("LICENSE", "NOTICE")) {
        assertEquals(
            Files.readString(LocalScript.HOME.resolve(name)), jar.text("META-INF/" + name), name);
      }
    }
  }

  /** No POM lists the contents of nested jars, so the bill of materials omits them. */
  @ParameterizedTest
  @MethodSource("jarsWithLibraries")
  void shouldListAllTheirLibraries(Path path) throws IOException {
    try (BuiltJar jar = BuiltJar.open(path)) {
      String thirdParty = jar.text("META-INF/THIRD-PARTY.txt");
      String notice = jar.text("META-INF/NOTICE");
      for (String name : jar.names()) {
        if (!name.endsWith("/pom.properties") || name.contains("/io.syncnorm/")) {
          continue;
        }
        Properties of = new Properties();
        of.load(new StringReader(jar.text(name)));
        String artifact = of.getProperty("groupId") + ":" + of.getProperty("artifactId");
        String version = of.getProperty("version");
        boolean carried = notice.contains("  " + artifact + " " + version + " ");
        boolean listed = thirdParty.contains(artifact + ":" + version + " ");
        assertTrue(carried || listed, name + " " + version);
      }
      assertFalse(thirdParty.contains("org.apache.spark"), "provided");
      assertFalse(thirdParty.contains("GPL"), thirdParty);
    }
  }

  @Test
  void shouldContainOnlySyncNormsFilesInTheLibrary() throws IOException {
    try (BuiltJar jar = BuiltJar.open(LIBRARY)) {
      assertEquals(
          List.of(),
          jar.names().stream()
              .filter(name -> !name.matches("(io/syncnorm|META-INF|syncnorm)/.*|syncnorm\\.conf"))
              .toList());
      assertEquals(List.of(), jar.under("META-INF/THIRD-PARTY"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io/syncnorm/cli/",
        "io/syncnorm/dl4j/",
        "io/syncnorm/experiment/",
        "io/syncnorm/report/",
        "io/syncnorm/tracking/",
        "org/deeplearning4j/",
        "org/nd4j/",
        "org/datavec/",
        "org/apache/",
        "scala/",
        "picocli/",
        "org/bytedeco/openblas/linux-x86_64/libjniopenblas.",
        "org/bytedeco/openblas/linux-x86_64/libjniopenblas_full."
      })
  void shouldContainOnlyWhatTheEstimatorNeedsInTheSlimJar(String prefix) throws IOException {
    try (BuiltJar jar = BuiltJar.open(SLIM)) {
      assertEquals(List.of(), jar.under(prefix));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "syncnorm.conf",
        "io/syncnorm/ml/SyncBatchNormClassifier.class",
        "META-INF/services/org.apache.spark.sql.sources.DataSourceRegister",
        "org/bytedeco/openblas/linux-x86_64/libjniopenblas_nolapack.so"
      })
  void shouldContainEverythingTheEstimatorNeedsInTheSlimJar(String name) throws IOException {
    try (BuiltJar jar = BuiltJar.open(SLIM)) {
      assertTrue(jar.names().contains(name), name);
    }
  }

  /** Python finds a package at the root of a jar only. */
  @ParameterizedTest
  @MethodSource("jars")
  void shouldContainThePythonPackage(Path path) throws IOException {
    try (BuiltJar jar = BuiltJar.open(path);
        Stream<Path> sources = Files.list(LocalScript.HOME.resolve("src/main/python/syncnorm"))) {
      assertEquals(
          sources
              .map(file -> "syncnorm/" + file.getFileName())
              .filter(name -> !name.endsWith("__pycache__"))
              .sorted()
              .toList(),
          jar.under("syncnorm/").stream().sorted().toList());
    }
  }

  @Test
  void shouldKeepTheSlimJarSmall() throws IOException {
    assertTrue(Files.size(SLIM) < LARGEST_SLIM_BYTES, "bytes=" + Files.size(SLIM));
  }
}
