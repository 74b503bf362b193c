package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests grids: their cells, and the messages for wrong ones. */
class ExperimentTest {
  private static final String HEAD = "experiment.name = g\nexperiment.command = train\n";

  @TempDir private Path folder;

  @Test
  void shouldVaryDataAndSeedsSlowestInEveryCombination() throws IOException {
    Experiment grid =
        load(
            """
            training.epochs = 7
            experiment.axes {
              "training.batch-size" = [8, 2]
              run.seed = [1..2]
              "data.limit-train" = [100, all]
            }
            """);

    assertEquals(List.of("data.limit-train", "run.seed", "training.batch-size"), grid.axes());
    assertEquals(
        List.of(
            "100 1 8", "100 1 2", "100 2 8", "100 2 2", "all 1 8", "all 1 2", "all 2 8", "all 2 2"),
        cells(grid));
    Configuration third = grid.cells().get(2).configuration();
    assertEquals(100, third.get(Keys.LIMIT_TRAIN));
    assertEquals(2, third.get(Keys.SEED));
    assertEquals(8, third.get(Keys.BATCH_SIZE));
    assertEquals(7, third.get(Keys.EPOCHS));
  }

  @Test
  void shouldCombineCasesWithAxes() throws IOException {
    Experiment grid =
        load(
            """
            experiment.axes { "run.seed" = "1..2" }
            experiment.cases {
              plain { model.batch-norm.enabled = false }
              deep { "model.hidden" = [64, 64, 64], "training.epochs" = 1 }
            }
            """);

    assertEquals(List.of("case", "run.seed"), grid.axes());
    assertEquals(List.of("deep 1", "deep 2", "plain 1", "plain 2"), cells(grid));
    assertEquals(List.of(64, 64, 64), grid.cells().get(1).configuration().get(Keys.HIDDEN));
  }

  @Test
  void shouldAcceptListsAsValuesOfListKeys() throws IOException {
    Experiment grid = load("experiment.axes.\"model.hidden\" = [[128, 64], []]");

    assertEquals(List.of("[128, 64]", "[]"), cells(grid));
  }

  @Test
  void shouldKeepCellsThatMatchWhereAndDoNotMatchExcept() throws IOException {
    String grid =
        """
        experiment.axes { "run.seed" = "1..3", "training.batch-size" = [2, 4] }
        experiment.cases { a { "training.epochs" = 1 }, b { "training.epochs" = 2 } }
        """;

    assertEquals(
        List.of("a 1 2", "a 2 2", "b 1 2"),
        cells(
            load(
                grid
                    + """
                    experiment.where = [{ "training.batch-size" = 2 }]
                    experiment.except = [{ case = b, "run.seed" = "2..3" }, { "run.seed" = 3 }]
                    """)));
    assertEquals(
        List.of("b 1 2", "b 1 4", "b 2 2", "b 2 4", "b 3 2", "b 3 4"),
        cells(load(grid + "experiment.where { training.epochs = [2, 9] }")));
  }

  @Test
  void shouldMergeCellsWithTheSameResult() throws IOException {
    Experiment grid =
        load(
            "experiment.axes { \"training.optimizer.learning-rate\" = [0.1, 1e-1, 0.2],"
                + " \"run.seed\" = [1, 1] }\n"
                + "experiment.cases { a { run.name = n }, b { run.name = n } }");

    assertEquals(List.of("a 1 0.1", "a 1 0.2"), cells(grid));
    assertEquals(2, grid.duplicates());
  }

  @Test
  void shouldResolveSubstitutionsInEachCell() throws IOException {
    Experiment grid =
        load("data.limit-test = ${data.limit-train}\nexperiment.axes.data.limit-train = [10, 20]");

    assertEquals(20, grid.cells().get(1).configuration().get(Keys.LIMIT_TEST));
  }

  @Test
  void shouldApplyOverrides() throws IOException {
    Path file = Files.writeString(folder.resolve("g.conf"), HEAD + "experiment.axes.run.seed = 1");

    Experiment grid =
        ConfigLoader.loadExperiment(
            List.of(file),
            List.of("experiment.axes.run.seed=5..6", "training.epochs=3"),
            Form.FULL);

    assertEquals(List.of("5", "6"), cells(grid));
    assertEquals(3, grid.cells().get(0).configuration().get(Keys.EPOCHS));
  }

  @Test
  void shouldApplyTheQuickFormAfterFilesAndBeforeOverrides() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("g.conf"),
            HEAD
                + """
                experiment.axes { "run.seed" = "1..5", "training.batch-size" = [2, 4] }
                experiment.quick {
                  training.epochs = 3
                  data.limit-train = 100
                  experiment { name = short, axes { "run.seed" = [1, 2] } }
                }
                training.epochs = 10
                """);
    Experiment full = ConfigLoader.loadExperiment(List.of(file), List.of(), Form.FULL);
    assertEquals(10, full.cells().size());
    assertEquals(10, full.cells().get(0).configuration().get(Keys.EPOCHS));

    Experiment quick =
        ConfigLoader.loadExperiment(List.of(file), List.of("data.limit-train=50"), Form.QUICK);
    assertEquals("short", quick.name());
    assertEquals(4, quick.cells().size());
    assertEquals(3, quick.cells().get(0).configuration().get(Keys.EPOCHS));
    assertEquals(50, quick.cells().get(0).configuration().get(Keys.LIMIT_TRAIN));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "experiment.axes.run.seed = 1 | a section of settings for --quick, found=nothing",
        "experiment { axes.run.seed = 1, quick = 3 } | experiment.quick: expected a section",
        "experiment { axes.run.seed = 1, quick.training.epoch = 3 } | did you mean training.epochs?",
      })
  void shouldRefuseTheQuickForm(String text, String expected) throws IOException {
    Path file = Files.writeString(folder.resolve("g.conf"), HEAD + text);
    ConfigException wrong =
        assertThrows(
            ConfigException.class,
            () -> ConfigLoader.loadExperiment(List.of(file), List.of(), Form.QUICK));
    assertTrue(wrong.getMessage().contains(expected), wrong.getMessage());
  }

  @Test
  void shouldListAllFaultsWithTheirPlaces() throws IOException {
    Path file = folder.resolve("g.conf");
    ConfigException wrong =
        assertThrows(
            ConfigException.class,
            () ->
                load(
                    """
                    experiment.axes {
                      "training.batchsize" = [1, 2]
                      "model.batch-norm.sync" = [global, lokal]
                      "run.seed" = "5..1"
                    }
                    experiment.cases { c { "training.epochs" = 0, "run.seed" = 1 } }
                    experiment.except = [{ case = d }]
                    experiment.wher = []
                    """));

    assertEquals(
        List.of(
            file + ":4: training.batchsize: did you mean training.batch-size?",
            file + ":5: model.batch-norm.sync: correct it",
            file + ":6: run.seed: correct it",
            file + ":8: run.seed: remove it from the case or from axes",
            file + ":8: training.epochs: correct it",
            file + ":9: case: correct the name, or add the case",
            file + ":10: experiment.wher: correct it, or remove it"),
        wrong.faults().stream()
            .map(f -> f.source() + ":" + f.line() + ": " + f.key() + ": " + f.remedy())
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "experiment.axes.run.seed = 1..99999 | a range first..last of 1 to 10000 numbers",
        "experiment.axes { run.seed = 1..200, training.epochs = 1..200 } | at most 10000 cells",
        "experiment.axes {} | at least one axis or case",
        "experiment.axes.run.seed = [] | run.seed: expected at least one value",
        "experiment.axes.run.seed = ${nowhere} | can be resolved",
        "experiment { axes.run.seed = 1, where { run.seed = 2 } } | at least one cell",
        "experiment { axes.run.seed = 1, command = sing } | one of train, compare",
        "experiment { axes.run.seed = 1, name = a b } | 1 to 64 of A-Z",
        "experiment.axes.model.hidden = [128, 64] | a list in brackets",
        "training.epochs = 0 | an integer of at least 1",
      })
  void shouldRefuseWrongGrids(String text, String expected) {
    ConfigException wrong = assertThrows(ConfigException.class, () -> load(text));

    assertTrue(wrong.getMessage().contains(expected), wrong.getMessage());
  }

  @Test
  void shouldNameTheCommandThatRunsAGrid() throws IOException {
    Path file = Files.writeString(folder.resolve("g.conf"), HEAD);

    ConfigException wrong =
        assertThrows(ConfigException.class, () -> ConfigLoader.load(List.of(file), List.of()));
    assertTrue(wrong.getMessage().contains("use the command experiment"), wrong.getMessage());
    wrong =
        assertThrows(
            ConfigException.class,
            () -> ConfigLoader.loadExperiment(List.of(), List.of(), Form.FULL));
    assertTrue(wrong.getMessage().contains("a section { name, command"), wrong.getMessage());
  }

  private Experiment load(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("g.conf"), HEAD + text);
    return ConfigLoader.loadExperiment(List.of(file), List.of(), Form.FULL);
  }

  private static List<String> cells(Experiment grid) {
    return grid.cells().stream()
        .map(cell -> cell.coordinates().values().stream().collect(Collectors.joining(" ")))
        .toList();
  }
}
