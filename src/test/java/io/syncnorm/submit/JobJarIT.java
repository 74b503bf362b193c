package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the job jar, and what must not be. */
class JobJarIT {
  private static final long LARGEST_BYTES = 145_000_000;

  /** DL4J-Spark's own, though it lies in Spark's package. */
  private static final String OF_DL4J_SPARK = "org/apache/spark/TaskContextHelper\\$?\\.class";

  private static Path file;
  private static JarFile jar;
  private static List<String> names;

  @BeforeAll
  static void open() throws IOException {
    try (Stream<Path> files = Files.list(LocalScript.HOME.resolve("target"))) {
      List<Path> jars = files.filter(path -> path.toString().endsWith("-job.jar")).toList();
      assertEquals(1, jars.size(), jars.toString());
      file = jars.get(0);
    }
    jar = new JarFile(file.toFile());
    names = jar.stream().map(JarEntry::getName).toList();
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  @Test
  void shouldBeSmallEnoughToSend() throws IOException {
    assertTrue(Files.size(file) < LARGEST_BYTES, "bytes=" + Files.size(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org/apache/spark/",
        "org/apache/hadoop/",
        "scala/",
        "org/slf4j/",
        "org/apache/logging/",
        "com/fasterxml/jackson/",
        "com/esotericsoftware/kryo/",
        "org/junit/"
      })
  void shouldHoldNothingThatSparkBringsOrThatTestsNeed(String prefix) {
    assertEquals(List.of(), under(prefix));
  }

  /**
   * LGPL, or old and reached by nothing: what makes objects of YAML, and all of XML, most of all.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "de/erichseifert/",
        "com/sun/jna/",
        "oshi/",
        "org/threeten/",
        "freemarker/",
        "it/unimi/dsi/fastutil/io/",
        "org/apache/xmlgraphics/java2d/ps/",
        "org/nd4j/shade/wstx/",
        "org/nd4j/shade/codehaus/",
        "org/nd4j/shade/jackson/dataformat/xml/",
        "org/nd4j/shade/yaml/snakeyaml/constructor/",
        "org/nd4j/shade/yaml/snakeyaml/representer/",
        "org/nd4j/shade/guava/cache/",
        "org/nd4j/shade/guava/eventbus/",
        "org/nd4j/shade/protobuf/compiler/",
        "org/nd4j/shade/protobuf/common/util/",
        "META-INF/services/org.nd4j.shade."
      })
  void shouldHoldNothingOldThatIsNotReached(String prefix) {
    assertEquals(List.of(), under(prefix));
  }

  /** What jars within jars are of is in no POM: the bill of materials does not know it. */
  @Test
  void shouldListAllThatItHolds() throws IOException {
    String thirdParty = text("META-INF/THIRD-PARTY.txt");
    String notice = text("META-INF/NOTICE");
    for (String name : names) {
      if (!name.endsWith("/pom.properties") || name.contains("/io.syncnorm/")) {
        continue;
      }
      Properties of = new Properties();
      of.load(new StringReader(text(name)));
      String artifact = of.getProperty("groupId") + ":" + of.getProperty("artifactId");
      String version = of.getProperty("version");
      boolean carried = notice.contains("  " + artifact + " " + version + " ");
      boolean listed = thirdParty.contains(artifact + ":" + version + " ");
      assertTrue(carried || listed, name + " " + version);
    }
    assertFalse(thirdParty.contains("org.apache.spark"), "provided");
    assertFalse(thirdParty.contains("GPL"), thirdParty);
  }

  @Test
  void shouldCarryItsLicenceAndNotices() throws IOException {
    for (String name : List.of("LICENSE", "NOTICE")) {
      assertEquals(
          Files.readString(LocalScript.HOME.resolve(name)), text("META-INF/" + name), name);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io/syncnorm/cli/Main\\.class",
        "io/syncnorm/report/plot/DejaVuSans\\.ttf",
        "org/deeplearning4j/nn/multilayer/MultiLayerNetwork\\.class",
        "org/bytedeco/openblas/linux-x86_64/libopenblas.*\\.so.*",
        "org/bytedeco/javacpp/linux-x86_64/libjnijavacpp\\.so",
        "org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64/libjnind4jcpu\\.so"
      })
  void shouldHoldWhatARunNeeds(String pattern) {
    assertTrue(names.stream().anyMatch(name -> name.matches(pattern)), pattern);
  }

  @Test
  void shouldHoldTheDefaultsAsTheyAreRead() throws IOException {
    try (InputStream defaults = jar.getInputStream(jar.getEntry("syncnorm.conf"))) {
      assertArrayEquals(
          Files.readAllBytes(LocalScript.HOME.resolve("conf/syncnorm.conf")),
          defaults.readAllBytes());
    }
  }

  private static List<String> under(String prefix) {
    return names.stream()
        .filter(name -> name.startsWith(prefix) && !name.endsWith("/"))
        .filter(name -> !name.matches(OF_DL4J_SPARK))
        .toList();
  }

  private static String text(String name) throws IOException {
    try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void shouldStartWithMain() throws IOException {
    assertEquals(
        "io.syncnorm.cli.Main", jar.getManifest().getMainAttributes().getValue("Main-Class"));
  }
}
