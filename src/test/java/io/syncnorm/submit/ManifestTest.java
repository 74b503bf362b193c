package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLMapper;

/**
 * Tests the manifests for the Spark operator as far as possible without a cluster: their syntax,
 * the resource definitions v1beta2, and agreement with the scripts.
 */
class ManifestTest {
  private static final String RUN = "sparkapplication.yaml";
  private static final String NIGHTLY = "scheduledsparkapplication.yaml";
  private static final Path SUBMIT = Script.HOME.resolve("submit");
  private static final Path FOLDER = SUBMIT.resolve("kubernetes");

  @ParameterizedTest
  @ValueSource(strings = {RUN, NIGHTLY})
  void shouldHaveWhatTheOperatorRequires(String file) throws IOException {
    JsonNode spec = spec(file);

    assertAll(
        () -> assertEquals("sparkoperator.k8s.io/v1beta2", read(file).path("apiVersion").asText()),
        () -> assertTrue(read(file).at("/metadata/name").asText().matches("[a-z][a-z0-9-]*")),
        () -> assertEquals("Java", spec.path("type").asText()),
        () -> assertEquals("cluster", spec.path("mode").asText()),
        () -> assertEquals("io.syncnorm.cli.Main", spec.path("mainClass").asText()),
        () -> assertTrue(spec.path("mainApplicationFile").asText().startsWith("local:///")),
        () -> assertTrue(spec.path("image").asText().contains(":")),
        () -> assertEquals("OnFailure", spec.at("/restartPolicy/type").asText()),
        () -> assertTrue(spec.at("/driver/memory").asText().matches("\\d+[mg]")),
        () -> assertTrue(spec.at("/executor/memory").asText().matches("\\d+[mg]")));
  }

  @ParameterizedTest
  @ValueSource(strings = {RUN, NIGHTLY})
  void shouldFollowTheResourceDefinition(String file) throws IOException {
    assertEquals(List.of(), faults(read(file)));
  }

  @ParameterizedTest
  @CsvSource({
    "mode: cluster, mood: cluster, spec.mood: unknown",
    "sparkVersion: 3.5.7, sparkVersion: 3.5, spec.sparkVersion: expected text",
    "type: Java, type: Kotlin, spec.type: expected one of",
    "onFailureRetryInterval: 30, onFailureRetryInterval: 0, spec.restartPolicy.onFailureRetryInterval",
    "'\"false\"', 'false', spec.sparkConf.spark.dynamicAllocation.enabled: expected text",
    "claimName:, claim:, spec.volumes[0].persistentVolumeClaim.claimName: missing",
    "instances: 2, instances: two, spec.executor.instances: expected a whole number",
    "'mountPath: /runs', 'path: /runs', spec.driver.volumeMounts[0].path: unknown"
  })
  void shouldDetectFieldsThatTheOperatorRefusesOrDrops(String text, String broken, String fault)
      throws IOException {
    String manifest = Files.readString(FOLDER.resolve(RUN));
    assertTrue(manifest.contains(text), text);
    List<String> faults = faults(parse(manifest.replace(text, broken)));
    assertTrue(faults.stream().anyMatch(f -> f.startsWith(fault)), faults.toString());
  }

  @Test
  void shouldNameTheKindsOfTheOperator() throws IOException {
    JsonNode nightly = read(NIGHTLY);

    assertAll(
        () -> assertEquals("SparkApplication", read(RUN).path("kind").asText()),
        () -> assertEquals("ScheduledSparkApplication", nightly.path("kind").asText()),
        () -> assertTrue(nightly.at("/spec/schedule").asText().matches("(\\S+ ){4}\\S+")),
        () -> assertEquals("Forbid", nightly.at("/spec/concurrencyPolicy").asText()));
  }

  @Test
  void shouldScheduleTheRunOfTheOtherManifest() throws IOException {
    assertEquals(spec(RUN), spec(NIGHTLY));
  }

  @Test
  void shouldSetWhatTheScriptsSetForEveryCluster() throws IOException {
    Map<String, String> scripts =
        Pattern.compile("--conf (spark\\.[\\w.]+)=([\\w.]+)( #.*)?$", Pattern.MULTILINE)
            .matcher(Files.readString(SUBMIT.resolve("common.sh")))
            .results()
            .collect(Collectors.toMap(m -> m.group(1), m -> m.group(2), (a, b) -> b, TreeMap::new));
    JsonNode manifest = spec(RUN).path("sparkConf");

    assertTrue(scripts.containsKey("spark.dynamicAllocation.enabled"), scripts.toString());
    assertAll(
        scripts.entrySet().stream()
            .map(
                script ->
                    () ->
                        assertEquals(
                            script.getValue(),
                            manifest.path(script.getKey()).asText(),
                            script.getKey())));
  }

  @Test
  void shouldMountEveryVolumeThatItNames() throws IOException {
    JsonNode spec = spec(RUN);

    assertAll(
        () -> assertEquals(spec.at("/volumes/0/name"), spec.at("/driver/volumeMounts/0/name")),
        () ->
            assertEquals(
                spec.path("arguments").get(spec.path("arguments").size() - 1),
                spec.at("/driver/volumeMounts/0/mountPath")));
  }

  /**
   * Spark copies the jar to the driver's working directory, after deleting a file of its name
   * there.
   */
  @Test
  void shouldHaveTheJarOutsideOfTheDriversFolder() throws IOException {
    Image image = Image.read();

    assertNotEquals(Path.of(image.workingDirectory()), Path.of(image.jar()).getParent());
  }

  @ParameterizedTest
  @ValueSource(strings = {RUN, NIGHTLY})
  void shouldRunTheJarOfTheImage(String file) throws IOException {
    assertEquals("local://" + Image.read().jar(), spec(file).path("mainApplicationFile").asText());
  }

  @Test
  void shouldRunTheSparkAndFilesOfTheImage() throws IOException {
    String image = Image.read().dockerfile();
    String spark = spec(RUN).path("sparkVersion").asText();
    String jar = "target/syncnorm_2.12-*-job.jar";
    Set<String> copied =
        Pattern.compile("^COPY .*?(\\S+) \\S+$", Pattern.MULTILINE)
            .matcher(image)
            .results()
            .map((MatchResult copy) -> copy.group(1))
            .collect(Collectors.toSet());

    assertAll(
        () -> assertTrue(image.contains("\nARG SPARK=%s-scala2.12-java17-".formatted(spark))),
        () -> assertTrue(image.contains("\nFROM apache/spark:$SPARK\nARG JAR=" + jar + "\n")),
        () -> assertTrue(image.contains("\nWORKDIR /opt/syncnorm\n")),
        () -> assertEquals(Set.of("conf", "data", "$JAR"), copied),
        () -> assertTrue(Files.exists(Script.HOME.resolve(spec(RUN).at("/arguments/2").asText()))));
  }

  private static List<String> faults(JsonNode manifest) {
    return OperatorSchema.faults(manifest.path("kind").asText(), manifest.path("spec"));
  }

  private static JsonNode spec(String file) throws IOException {
    JsonNode spec = read(file).path("spec");
    return file.equals(NIGHTLY) ? spec.path("template") : spec;
  }

  private static JsonNode read(String file) throws IOException {
    return parse(Files.readString(FOLDER.resolve(file)));
  }

  private static JsonNode parse(String manifest) throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    yaml.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    return yaml.readTree(manifest);
  }
}
