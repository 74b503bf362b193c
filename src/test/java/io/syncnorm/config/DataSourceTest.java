package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader.Form;
import io.syncnorm.config.DataSource.FeatureColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the keys that say where rows come from. */
class DataSourceTest {
  private static final String[] PARQUET = {
    "data.train.format=parquet", "data.train.path=x", "data.test.path=y"
  };

  @TempDir private Path folder;

  @Test
  void shouldReadIdxFilesByDefault() {
    DataSource source = DataSource.training(Configuration.defaults());

    assertTrue(source.isIdx());
    assertEquals(source, DataSource.test(Configuration.defaults()));
    assertEquals(Optional.empty(), source.weightColumn());
  }

  @Test
  void shouldReadEveryKeyOfASource() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("run.conf"),
            """
            data {
              train {
                format = csv
                path = ["hdfs://host/a*", b]
                options { header = true, sep = ";", a.b = 1, "c.d" = 2, none = null, empty = "" }
                label = class
                features = [age, "pixel*"]
                weight = w
              }
              test { path = c, options { sep = "," } }
            }
            """);

    Configuration loaded = ConfigLoader.load(List.of(file), List.of());

    FeatureColumns features = new FeatureColumns.Chosen(List.of("age", "pixel*"));
    assertEquals(
        new DataSource(
            "csv",
            List.of("hdfs://host/a*", "b"),
            Map.of("header", "true", "sep", ";", "a.b", "1", "c.d", "2", "empty", ""),
            "class",
            features,
            "w"),
        DataSource.training(loaded));
    assertEquals(
        new DataSource(
            "csv",
            List.of("c"),
            Map.of("header", "true", "sep", ",", "a.b", "1", "c.d", "2", "empty", ""),
            "class",
            features,
            "w"),
        DataSource.test(loaded));
    assertEquals(Optional.of("w"), DataSource.test(loaded).weightColumn());
  }

  @Test
  void shouldSetWhatDiffersInTheTestRows() {
    DataSource test =
        DataSource.test(
            load(
                "data.train.format=parquet",
                "data.train.path=x",
                "data.train.options.mergeSchema=true",
                "data.train.label=a",
                "data.train.weight=w",
                "data.test.format=libsvm",
                "data.test.path=y",
                "data.test.label=b",
                "data.test.weight=none",
                "data.test.features=f"));

    assertEquals(
        new DataSource(
            "libsvm",
            List.of("y"),
            Map.of(),
            "b",
            new FeatureColumns.Chosen(List.of("f")),
            DataSource.UNWEIGHTED),
        test);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/data/part-*.parquet",
        "s3a://bucket/a path/?.csv",
        "/data/{a,b}/x",
        "x[12]",
        "[ab]*.csv",
        "C:\\data",
        "a, b",
        "/data//set#1"
      })
  void shouldUseAPathThatIsNotHoconLiterally(String path) {
    assertEquals(
        List.of(path),
        load("data.train.format=csv", "data.test.path=y", "data.train.path=" + path)
            .get(Keys.TRAIN_PATH));
  }

  @ParameterizedTest
  @ValueSource(strings = {";", ",", "|", "\\t", "#", "\"", "'", "\\", "", "yyyy-MM-dd HH:mm"})
  void shouldReadOptionsOfTheCommandLine(String option) {
    assertEquals(
        Map.of("x", option), load("data.train.options.x=" + option).get(Keys.TRAIN_OPTIONS));
    assertEquals(
        Map.of("a.x", option),
        load("data.train.options.\"a.x\"=" + option).get(Keys.TRAIN_OPTIONS));
  }

  @Test
  void shouldReadOneColumnSeveralColumnsOrAPattern() {
    assertEquals(new FeatureColumns.Auto(), features("auto"));
    assertEquals(new FeatureColumns.Chosen(List.of("a")), features("a"));
    assertEquals(new FeatureColumns.Chosen(List.of("p*")), features("p*"));
    assertEquals(new FeatureColumns.Chosen(List.of("a b", "p*")), features("[a b, \"p*\"]"));
    assertEquals(new FeatureColumns.Chosen(List.of("auto")), features("[auto]"));
  }

  private static FeatureColumns features(String written) {
    return load("data.train.features=" + written).get(Keys.TRAIN_FEATURES);
  }

  @ParameterizedTest
  @CsvSource({
    "pixel*, pixel12, true",
    "pixel*, pixel, true",
    "pixel*, a-pixel1, false",
    "*.x, a.x, true",
    "*.x, ax, false",
    "a*b*, a1b, true",
    "a*b*, a1c, false",
    "a\\E*, a\\E1, true"
  })
  void shouldMatchEntireNames(String pattern, String column, boolean matches) {
    assertTrue(FeatureColumns.Chosen.isPattern(pattern));
    assertFalse(FeatureColumns.Chosen.isPattern(column));
    assertEquals(matches, FeatureColumns.Chosen.compile(pattern).matcher(column).matches());
  }

  @ParameterizedTest
  @CsvSource({
    "0b,0",
    "1001b,1001",
    "1k,1024",
    "512m,536870912",
    "1.5g,1610612736",
    "2 g,2147483648"
  })
  void shouldReadSizesAsHoconDoes(String written, long bytes) {
    assertEquals(bytes, load("data.memory=" + written).rowMemory(300));
  }

  @Test
  void shouldKeepRowsInAThirdOfTheHeapByDefault() {
    assertEquals(100, Configuration.defaults().rowMemory(300));
  }

  @Test
  void shouldKnowWhetherTheNumberOfClassesIsResolved() {
    Configuration auto = load("data.classes=auto");

    assertEquals(Keys.AUTO_CLASSES, auto.get(Keys.CLASSES));
    assertThrows(IllegalStateException.class, auto::classes);
    assertEquals(7, auto.with(Keys.CLASSES, 7).classes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data.train.format=a b",
        "data.train.format=",
        "data.train.path=[[a]]",
        "data.train.path=[\"\"]",
        "data.train.path=null",
        "data.train.options=header",
        "data.train.options=[a]",
        "data.train.options={a = [1]}",
        "data.train.options={\" \" = 1}",
        "data.train.options={a.b = 1, \"a.b\" = 2}",
        "data.train.label=",
        "data.train.label=\" \"",
        "data.train.features=[]",
        "data.train.features=[\"\"]",
        "data.train.features=[pixel*]",
        "data.train.features={a = 1}",
        "data.train.weight=",
        "data.test.features=[]",
        "data.scale=255",
        "data.scale=by_255",
        "data.classes=0",
        "data.memory=1000000",
        "data.memory=-1",
        "data.memory=-1b",
        "data.memory=33%",
        "data.memory=1 x",
        "data.memory=99999999999999g",
      })
  void shouldRefuseAWrongValueOnce(String override) {
    String key = override.substring(0, override.indexOf('='));

    assertFaults(List.of("--set " + override + ": " + key + ": expected "), override);
  }

  @Test
  void shouldSayWhereAPathBelongs() {
    assertFaults(
        List.of(
            "--set data.train=x.csv: data.train: expected a section { format, path, options, label, "
                + "features, weight }, found=\"x.csv\"; "
                + "write data.train.path = ... and data.train.format = ..."),
        "data.train=x.csv");
    assertFaults(
        List.of(
            "--set data.train.label-column=x: data.train.label-column: expected a key of data.train: "
                + "format, path, options, label, features, weight, found=\"x\"; "
                + "did you mean data.train.label?"),
        "data.train.label-column=x");
  }

  @Test
  void shouldNameTheDefaultAsItIsWritten() {
    assertFaults(
        List.of(
            "--set data.test.label= : data.test.label: expected the name of a column, found=\"\"; "
                + "correct it, or remove it to use the default ${data.train.label}"),
        "data.test.label= ");
  }

  @Test
  void shouldListFormatsAndPathsThatDoNotFitWithOtherFaults() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("run.conf"),
            "data.test.path = y\ntraining.epochs = 0\ndata.train.format = parquet");

    ConfigException thrown =
        assertThrows(ConfigException.class, () -> ConfigLoader.load(List.of(file), List.of()));

    assertEquals(
        List.of(
            file
                + ":2: training.epochs: expected an integer of at least 1, found=0; "
                + "correct it, or remove it to use the default 20",
            file
                + ":3: data.train.path: expected at least one path with data.train.format = parquet, "
                + "found=[]; add data.train.path = \"...\""),
        thrown.getMessage().lines().toList());
  }

  @Test
  void shouldRefuseAPathOfIdxFiles() {
    assertFaults(
        List.of(
            "--set data.test.path=x: data.test.path: expected no path with data.test.format = idx, "
                + "found=\"x\"; set data.test.format, such as parquet or csv; "
                + "paths of IDX files belong to data.test-images and data.test-labels"),
        "data.test.path=x");
  }

  @Test
  void shouldRequireAPathOrOptions() {
    assertFaults(
        List.of("--set data.train.format=jdbc: data.train.path", "--set data.train.format=jdbc: "),
        "data.train.format=jdbc");
    assertFaults(
        List.of("--set data.train.format=CSV: data.train.path", "--set data.train.format=CSV: "),
        "data.train.format=CSV",
        "data.train.options.header=true");

    Configuration table = load("data.train.format=jdbc", "data.train.options.dbtable=t");

    assertEquals(Map.of("dbtable", "t"), DataSource.test(table).options());
  }

  @Test
  void shouldVaryInGrids() throws IOException {
    Path grid =
        Files.writeString(
            folder.resolve("grid.conf"),
            """
            experiment {
              name = g
              command = train
              axes {
                "data.train.format" = [parquet, orc]
                "data.train.path" = [a, [b, c]]
                "data.train.options" = [{}, { mergeSchema = true }]
                "data.scale" = [none, standardized]
              }
            }
            data.test.path = t
            """);

    Experiment experiment = ConfigLoader.loadExperiment(List.of(grid), List.of(), Form.FULL);

    assertEquals(16, experiment.cells().size());
    Configuration last = experiment.cells().get(15).configuration();
    assertEquals("orc", last.get(Keys.TEST_FORMAT));
    assertEquals(List.of("b", "c"), last.get(Keys.TRAIN_PATH));
    assertEquals(Map.of("mergeSchema", "true"), DataSource.test(last).options());
    assertThrows(
        ConfigException.class,
        () ->
            ConfigLoader.loadExperiment(
                List.of(grid), List.of("experiment.axes.\"data.train.path\"=[a, []]"), Form.FULL));
  }

  @Test
  void shouldFollowTheTrainingRowsOverAllSources() {
    assertEquals("parquet", load(PARQUET).get(Keys.TEST_FORMAT));
    assertEquals(
        "class",
        ConfigLoader.load(List.of(), List.of("data.test.format=idx", "data.train.label=class"))
            .get(Keys.TEST_LABEL));
  }

  private static Configuration load(String... overrides) {
    return ConfigLoader.load(List.of(), List.of(overrides));
  }

  private static void assertFaults(List<String> starts, String... overrides) {
    ConfigException thrown = assertThrows(ConfigException.class, () -> load(overrides));
    List<String> faults = thrown.getMessage().lines().toList();
    assertEquals(starts.size(), faults.size(), thrown.getMessage());
    for (int i = 0; i < faults.size(); i++) {
      assertTrue(faults.get(i).startsWith(starts.get(i)), faults.get(i));
    }
  }
}
