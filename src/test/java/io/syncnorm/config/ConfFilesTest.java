package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.syncnorm.config.ConfigLoader.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the files in {@code conf/}. */
class ConfFilesTest {

  private static final Path CONF = Path.of("conf");
  private static final Path DEFAULTS = CONF.resolve("syncnorm.conf");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }

  static List<String> keys() {
    return Keys.ALL.stream().map(Key::path).toList();
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldLoad(Path file) {
    boolean isGrid = ConfigFactory.parseFile(file.toFile()).hasPath(ExperimentCheck.SECTION);

    assertDoesNotThrow(
        isGrid
            ? () -> ConfigLoader.loadExperiment(List.of(file), List.of(), Form.FULL)
            : () -> ConfigLoader.load(List.of(file), List.of()));
  }

  @ParameterizedTest
  @CsvSource({"study-small-batches.conf, 75, 18", "study-skewed-shards.conf, 60, 18"})
  void shouldContainAStudyAndItsQuickForm(String file, int full, int quick) {
    List<Path> files = List.of(CONF.resolve(file));
    assertEquals(full, ConfigLoader.loadExperiment(files, List.of(), Form.FULL).cells().size());
    Experiment grid = ConfigLoader.loadExperiment(files, List.of(), Form.QUICK);
    assertEquals(quick, grid.cells().size());
    assertEquals(20_000, grid.cells().get(0).configuration().get(Keys.LIMIT_TRAIN));
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldBeginWithAComment(Path file) throws IOException {
    assertTrue(Files.readString(file).startsWith("# "));
  }

  @Test
  void shouldHaveADefaultForEveryKeyAndNoOtherKeys() {
    Set<String> found = new TreeSet<>();
    addKeys("", ConfigFactory.parseFile(DEFAULTS.toFile()).root(), found);

    assertEquals(new TreeSet<>(keys()), found);
  }

  private static void addKeys(String section, ConfigObject values, Set<String> found) {
    values.forEach(
        (name, value) -> {
          String path = TreeCheck.join(section, name);
          if (TreeCheck.SECTIONS.containsKey(path)) {
            addKeys(path, (ConfigObject) value, found);
          } else {
            found.add(path);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldDocumentEachKeyWithAComment(String key) {
    ConfigValue value = ConfigFactory.parseFile(DEFAULTS.toFile()).root();
    for (String name : ConfigUtil.splitPath(key)) {
      value = ((ConfigObject) value).get(name);
    }

    assertFalse(value.origin().comments().isEmpty());
  }

  @Test
  void shouldBeTheDefaultsOnTheClassPath() {
    assertEquals(ConfigFactory.parseFile(DEFAULTS.toFile()), Sources.defaults());
  }

  @Test
  void shouldMakeTheSmokeTestShort() {
    Configuration smoke = ConfigLoader.load(List.of(CONF.resolve("smoke.conf")), List.of());

    assertEquals("smoke", smoke.get(Keys.RUN_NAME));
    assertTrue(smoke.get(Keys.LIMIT_TRAIN) <= 10_000);
    assertTrue(smoke.get(Keys.LIMIT_TEST) <= 10_000);
    assertTrue(smoke.get(Keys.EPOCHS) <= 3);
  }
}
