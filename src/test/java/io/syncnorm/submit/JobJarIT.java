package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what the job jar contains, and what it must not contain. */
class JobJarIT {
  private static final long LARGEST_BYTES = 145_000_000;

  /** DL4J-Spark's classes in Spark's package. */
  private static final String OF_DL4J_SPARK = "org/apache/spark/TaskContextHelper\\$?\\.class";

  private static final Path FILE = Build.jobJar();
  private static BuiltJar jar;

  @BeforeAll
  static void open() throws IOException {
    try (Stream<Path> files = Files.list(Build.FOLDER)) {
      List<Path> jars = files.filter(path -> path.toString().endsWith("-job.jar")).toList();
      assertEquals(List.of(FILE), jars);
    }
    jar = BuiltJar.open(FILE);
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  @Test
  void shouldBeSmall() throws IOException {
    assertTrue(Files.size(FILE) < LARGEST_BYTES, "bytes=" + Files.size(FILE));
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
  void shouldNotContainLibrariesOfSparkOrOfTests(String prefix) {
    assertEquals(List.of(), under(prefix));
  }

  /** Libraries under the LGPL, or old and unused: above all parsers of YAML objects and XML. */
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
  void shouldNotContainOldUnusedLibraries(String prefix) {
    assertEquals(List.of(), under(prefix));
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
  void shouldContainWhatARunNeeds(String pattern) {
    boolean isNeeded = Build.hasDl4j() || !pattern.matches("org/(deeplearning4j|nd4j)/.*");
    assertEquals(isNeeded, jar.names().stream().anyMatch(name -> name.matches(pattern)), pattern);
  }

  @Test
  void shouldContainTheDefaults() throws IOException {
    assertArrayEquals(
        Files.readAllBytes(LocalScript.HOME.resolve("conf/syncnorm.conf")),
        jar.bytes("syncnorm.conf"));
  }

  private static List<String> under(String prefix) {
    return jar.under(prefix).stream().filter(name -> !name.matches(OF_DL4J_SPARK)).toList();
  }

  @Test
  void shouldStartWithMain() throws IOException {
    assertEquals("io.syncnorm.cli.Main", jar.attribute("Main-Class"));
  }
}
