package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.nn.Blas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that {@code check} reports everything that would stop a run. */
@Timeout(120)
class CheckTest {
  @TempDir Path folder;
  private SampleData data;
  private Path out;

  @BeforeEach
  void writeData() {
    data = SampleData.write(folder);
    out = folder.resolve("runs");
  }

  @Test
  void shouldFindNoFaultIfARunWouldSucceed() throws IOException {
    String momentum = "model.batch-norm.momentum=0.99";
    CommandRun run = CommandRun.of(data.command("check", momentum), out).done();
    assertEquals(1, run.out().lines().count(), run.out());
    assertEquals("ok", new ObjectMapper().readTree(run.out()).get("status").asText());
    assertEquals(Map.of(), faults(run));
    assertFalse(run.err().contains("FAULT"), run.err());
    assertTrue(run.err().contains(Blas.instance().description()), run.err());
    assertTrue(run.err().contains("slots=2, world=2"), run.err());
    assertTrue(
        run.err().contains("60 images of 4 x 4; rows by class: 0: 20, 1: 20, 2: 20"), run.err());
    assertTrue(run.err().contains("4 per epoch; 8 steps are too few for"), run.err());
    Map<String, String> found = texts(run, true);
    assertEquals(
        "images 4 x 4 of unsigned bytes; labels of unsigned bytes", found.get("training schema"));
    assertTrue(found.get("test schema").startsWith("images 4 x 4"), run.err());
    assertTrue(
        found.get("training sample").matches("label 0; features \\[0]=0\\.\\d+, .* of 16 not 0"),
        run.err());
  }

  @Test
  void shouldShowTheColumnsAndARowOfATable() throws IOException {
    Path csv = folder.resolve("points.csv");
    StringBuilder rows = new StringBuilder("id,kind,x,y,note,w\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i + (i % 2 == 0 ? ",up,3" : ",down,4") + ",0,\"a b\",0.5\n");
    }
    Files.writeString(csv, rows);
    Map<String, String> found =
        texts(
            check(
                table(
                    "csv",
                    csv,
                    "data.train.label=kind",
                    "data.train.features=[x, y]",
                    "data.train.weight=w")),
            true);
    assertEquals(
        "label: kind string, names of the classes [down, up]; features: [x int, y int];"
            + " weight: w double; ignored: [id int, note string]",
        found.get("training schema"));
    assertEquals(found.get("training schema"), found.get("test schema"));
    assertEquals(
        "label 1 (up); features [0]=3; 1 of 2 not 0; weight 0.5", found.get("training sample"));
  }

  @Test
  void shouldShowTheFirstOfManyFeatures() throws IOException {
    Path wide = folder.resolve("wide");
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      rows.append(i % 2);
      for (int j = 1; j <= 20; j++) {
        rows.append(" " + 50_000 * j + ":" + j);
      }
      rows.append('\n');
    }
    Files.writeString(wide, rows);
    Map<String, String> found =
        texts(check(table("libsvm", wide, "data.train.options.numFeatures=1000000")), true);
    assertEquals(
        "label: label double, indices of classes, from 0; features: features vector of 1000000",
        found.get("training schema"));
    assertEquals(
        "label 0; features [49999]=1, [99999]=2, [149999]=3, [199999]=4, [249999]=5, [299999]=6,"
            + " [349999]=7, [399999]=8, ...; 20 of 1000000 not 0",
        found.get("training sample"));
  }

  @Test
  void shouldShowTheColumnsOfATableWhoseRowsAreInvalid() throws IOException {
    Path csv = Files.writeString(folder.resolve("bad.csv"), "label,x\n0,1\n1,NaN\n");
    CommandRun run = CommandRun.of(data.command("check", table("csv", csv)), out);
    assertEquals(ExitCode.DATA.code(), run.code(), run.err());
    assertEquals(
        "label: label int, indices of classes, from 0; features: [x double]",
        texts(run, true).get("training schema"));
    assertTrue(faults(run).get("training data").contains("row=2, column=x"), run.err());
  }

  private CommandRun check(String... settings) {
    return CommandRun.of(data.command("check", settings), out).done();
  }

  /** Settings of a table that is used for training and test. */
  private static String[] table(String format, Path path, String... more) {
    List<String> all = new ArrayList<>(List.of("data.classes=auto"));
    all.addAll(List.of(more));
    return SampleData.table(format, path, path, all.toArray(String[]::new));
  }

  @Test
  void shouldListAllFaultsAtOnce() throws IOException {
    Files.delete(data.images("train"));
    SampleData.tear(data.images("test"));
    Files.writeString(out, "a file");
    CommandRun run =
        assertFaults(
            ExitCode.RESOURCES,
            Map.of(
                "task slots",
                "expected slots>=9 (training.min-slots), found slots=2",
                "training data",
                "file does not exist: file=file:" + data.images("train"),
                "test data",
                data.images("test").toString(),
                "output",
                "cannot write to " + out),
            "training.world=9",
            "training.min-slots=9");
    assertEquals(4, run.err().lines().filter(line -> line.startsWith("FAULT")).count(), run.err());
  }

  @Test
  void shouldSayThatRanksStartOnTheSlotsThatDynamicAllocationBrings() throws IOException {
    Map<String, String> settings =
        Map.of(
            "spark.dynamicAllocation.enabled", "true",
            "spark.dynamicAllocation.testing", "true"); // otherwise local mode ignores the setting
    CommandRun run = CommandRun.with(settings, data.command("check", "training.world=3"), out);
    assertEquals(ExitCode.DONE.code(), run.code(), run.err());
    assertTrue(run.err().contains("spark.dynamicAllocation.enabled=true: ranks start"), run.err());
    assertTrue(run.err().contains("any number of slots, world=3"), run.err());
  }

  @ParameterizedTest
  @CsvSource({"1, 60", "2, 60", "64, auto"})
  void shouldUseTheCoresThatThereAreAndSayHowManyRanksShareASlot(int taskCpus, String world) {
    CommandRun run =
        CommandRun.with(
                Map.of("spark.master", "local[*]", "spark.task.cpus", "" + taskCpus),
                data.command("check", "training.world=" + world),
                out)
            .done();
    int slots = Math.max(1, Runtime.getRuntime().availableProcessors() / taskCpus);
    String expected =
        world.equals("auto")
            ? String.format(Locale.ROOT, "slots=%d, world=%d", slots, slots)
            : String.format(
                Locale.ROOT,
                "slots=%d, world=%s: %d ranks share a slot",
                slots,
                world,
                (Integer.parseInt(world) + slots - 1) / slots);
    assertTrue(run.err().contains(expected), run.err());
  }

  @Test
  void shouldReportTestImagesOfAnotherSize() throws IOException {
    data.writeSet("test", 10, 5, 3);
    assertFaults(ExitCode.DATA, Map.of("steps", "training and test images differ in size"));
  }

  @Test
  void shouldReportAStepOfOneRow() throws IOException {
    assertFaults(
        ExitCode.USAGE,
        Map.of("steps", "at least 2 rows"),
        "training.world=1",
        "training.batch-size=59");
  }

  @Test
  void shouldReportAModelThatDoesNotFitIntoMemory() throws IOException {
    assertFaults(
        ExitCode.RESOURCES,
        Map.of("memory", "driver heap"),
        "model.hidden=[22000,22000]",
        "training.optimizer.type=sgd");
    assertFaults(ExitCode.RESOURCES, Map.of("memory", "driver heap"), "model.hidden=[45000,45000]");
    assertFaults(
        ExitCode.USAGE,
        Map.of("model", "too many parameters for one vector"),
        "model.hidden=[65536,65536]");
  }

  /**
   * Runs the check with these settings and asserts that exactly these faults are found.
   *
   * @param expected a part of each fault's text
   */
  private CommandRun assertFaults(ExitCode code, Map<String, String> expected, String... settings)
      throws IOException {
    CommandRun run = CommandRun.of(data.command("check", settings), out);
    assertEquals(code.code(), run.code(), run.err());
    assertEquals(1, run.out().lines().count(), run.out());
    assertFalse(run.err().contains("Exception"), run.err());
    Map<String, String> found = faults(run);
    assertEquals(expected.keySet(), found.keySet(), run.err());
    expected.forEach(
        (subject, part) -> assertTrue(found.get(subject).contains(part), found.get(subject)));
    return run;
  }

  private static Map<String, String> faults(CommandRun run) throws IOException {
    return texts(run, false);
  }

  /** The texts of the checks with an outcome, by subject. */
  private static Map<String, String> texts(CommandRun run, boolean ok) throws IOException {
    JsonNode json = new ObjectMapper().readTree(run.out());
    Map<String, String> texts = new TreeMap<>();
    for (JsonNode check : json.get("checks")) {
      if (check.get("ok").asBoolean() == ok) {
        texts.put(check.get("subject").asText(), check.get("text").asText());
      }
    }
    return texts;
  }
}
