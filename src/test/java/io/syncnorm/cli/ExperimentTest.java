package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.experiment.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the command experiment as a scheduler sees it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExperimentTest {
  private static final String SYNC = "experiment.axes.model.batch-norm.sync=[global,local]";

  @TempDir Path folder;
  private SampleData data;
  private Path out;

  @BeforeEach
  void writeData() {
    data = SampleData.write(folder);
    out = folder.resolve("runs");
  }

  @Test
  void shouldRunEveryCellOnceWithTheModelOfASeparateRun() throws IOException {
    List<String> grid = grid("experiment.axes.run.seed=1..2", SYNC);
    JsonNode first = result(ExitCode.DONE, grid);
    assertEquals(4, first.path("cells").asInt());
    assertEquals(4, first.path("trained").asInt());
    assertEquals("done", first.path("status").asText());
    assertTrue(Files.readString(Path.of(first.path("report").asText())).contains("4 of 4"));
    for (String plot : List.of("accuracy-by-model-batch-norm-sync", "curves", "time")) {
      assertTrue(Files.size(out.resolve("experiments/g/" + plot + ".png")) > 0, plot);
      assertTrue(Files.size(out.resolve("experiments/g/" + plot + ".svg")) > 0, plot);
    }

    String toGrid = "<a href=\"../experiments/g/report.html\">g</a>";
    for (JsonNode run : runs()) {
      Path report = out.resolve(run.path("run").asText()).resolve("report.html");
      assertTrue(Files.readString(report).contains(toGrid), report.toString());
    }

    JsonNode again = result(ExitCode.DONE, grid);
    assertEquals(0, again.path("trained").asInt());
    assertEquals(4, again.path("done").asInt());
    assertEquals(List.of("done", "done", "done", "done"), statuses());

    Path other = folder.resolve("other");
    CommandRun own =
        CommandRun.of(
            data.command("train", "run.seed=2", "model.batch-norm.sync=local", "training.world=1"),
            other);
    RunFolder alone = RunFolder.of(own, other);
    RunFolder cell = new RunFolder(out.resolve(alone.result().run()), alone.result());
    assertEquals(alone.parametersHash(RunFolder.MODEL), cell.parametersHash(RunFolder.MODEL));
    assertEquals(alone.files(), cell.files());
  }

  @Test
  void shouldTrainTheSameModelsWhenCellsRunInParallel() throws IOException {
    result(ExitCode.DONE, grid("experiment.axes.run.seed=1..3"));
    Path serial = out;
    out = folder.resolve("parallel");
    result(ExitCode.DONE, grid("experiment.axes.run.seed=1..3"), "--parallel", "2");

    assertEquals(3, runs().size());
    for (JsonNode run : runs()) {
      String name = run.path("run").asText();
      assertEquals(
          new RunFolder(serial.resolve(name), null).parametersHash(RunFolder.MODEL),
          new RunFolder(out.resolve(name), null).parametersHash(RunFolder.MODEL));
    }
  }

  @Test
  void shouldContinueWithOtherCellsWhenOneFailsAndStopRetryingIt() throws IOException {
    List<String> grid =
        grid(
            "training.optimizer.type=sgd",
            "model.batch-norm.enabled=false",
            "experiment.axes.training.optimizer.learning-rate=[1e30,0.1]");
    JsonNode failed = result(ExitCode.DIVERGED, grid, "--max-failures", "1");
    assertEquals("failed", failed.path("status").asText());
    assertEquals(1, failed.path("done").asInt());
    assertTrue(failed.at("/unfinished/0/message").asText().contains("diverged"));
    assertEquals(List.of("failed", "done"), statuses());

    JsonNode givenUp = result(ExitCode.DIVERGED, grid, "--max-failures", "1");
    assertTrue(givenUp.at("/unfinished/0/message").asText().contains("given up"));
    assertEquals(1, runs().get(0).path("failures").asInt());
    JsonNode plan = plan(grid, "--max-failures", "1");
    assertEquals("given up", plan.at("/cells/0/status").asText());
    assertEquals(0, plan.path("seconds").asDouble());
    assertEquals("failed", plan(grid).at("/cells/0/status").asText());
    result(ExitCode.DIVERGED, grid, "--max-failures", "1", "--retry-failed");
    assertEquals(2, runs().get(0).path("failures").asInt());
  }

  @Test
  void shouldRetryACellThatFailsForExternalReasons() throws IOException {
    Path checkpoints = Files.writeString(folder.resolve("checkpoints"), "no folder");
    List<String> grid =
        grid("checkpoint.dir=\"%s\"".formatted(checkpoints), "experiment.axes.run.seed=1");
    for (int night = 1; night <= 2; night++) {
      result(ExitCode.RESOURCES, grid, "--max-failures", "1");
      assertEquals(night, runs().get(0).path("failures").asInt());
    }
    Files.delete(checkpoints);
    result(ExitCode.DONE, grid, "--max-failures", "1");
  }

  @Test
  void shouldStopAtTheFirstFailureIfConfigured() throws IOException {
    List<String> grid =
        grid(
            "training.optimizer.type=sgd",
            "model.batch-norm.enabled=false",
            "experiment.axes.training.optimizer.learning-rate=[1e30,0.1,0.2]");
    JsonNode failed = result(ExitCode.DIVERGED, grid, "--fail-fast");

    assertEquals(0, failed.path("done").asInt());
    assertEquals("left", failed.at("/unfinished/2/status").asText());
  }

  @Test
  void shouldSkipACellThatAnotherProcessRuns() throws IOException {
    List<String> grid = grid("experiment.axes.run.seed=1..2");
    String first = plan(grid).at("/cells/0/run").asText();
    CommandRun run;
    try (RunDirectory held = RunDirectory.open(out.resolve(first))) {
      assertEquals(first, held.path().getFileName().toString());
      run = CommandRun.of(grid, out);
    }

    assertEquals(ExitCode.BUSY.code(), run.code(), run.err());
    assertTrue(run.err().contains("another process is running it"), run.err());
    assertTrue(run.err().contains("[1/2] run.seed=2"), run.err());
    assertTrue(run.err().contains("[2/2] run.seed=1: not done"), run.err());
    JsonNode busy = new ObjectMapper().readTree(run.out());
    assertEquals("busy", busy.path("status").asText());
    assertEquals(1, busy.path("done").asInt());
    assertEquals(1, result(ExitCode.DONE, grid).path("trained").asInt());
  }

  @Test
  void shouldPlanWithTheSpeedOfEarlierRunsAndRunOnlyChosenCells() throws IOException {
    List<String> grid = grid("experiment.axes.run.seed=1..3", "training.epochs=4");
    assertTrue(plan(grid).path("seconds").isNull());
    assertFalse(Files.exists(out.resolve("index.jsonl")));

    JsonNode some = result(ExitCode.DONE, grid, "--only", "run.seed=2");
    assertEquals(1, some.path("cells").asInt());

    JsonNode plan = plan(grid);
    JsonNode known = runs().get(0);
    assertEquals("done", plan.at("/cells/1/status").asText());
    assertEquals(0, plan.at("/cells/1/seconds").asDouble());
    // Equal work is estimated to take as long as before.
    assertEquals(
        known.path("wallSeconds").asDouble(), plan.at("/cells/0/seconds").asDouble(), 1e-6);
    assertEquals(2 * known.path("wallSeconds").asDouble(), plan.path("seconds").asDouble(), 1e-6);
  }

  @Test
  void shouldStartNoCellAfterItsTimeLimit() throws IOException {
    JsonNode stopped =
        result(ExitCode.UNFINISHED, grid("experiment.axes.run.seed=1..2"), "--limit-time", "0s");

    assertEquals("stopped", stopped.path("status").asText());
    assertEquals("left", stopped.at("/unfinished/1/status").asText());
  }

  @Test
  void shouldRefuseWhatCannotRun() {
    List<String> grid = grid("experiment.axes.run.seed=1..3");
    CommandRun.of(grid, out, "--parallel", "3")
        .assertFailed(ExitCode.RESOURCES, "expected slots>=3 (training.min-slots), found slots=2");
    assertRefused(
        "--only=seed=7;", CommandRun.of(grid, out, "--only", "seed=1", "--only", "seed=7"));
  }

  @Test
  void shouldRefuseAnUnknownStatusAndAnInvalidAge() {
    String words = "expected one of started, done, failed, interrupted, pruned; found fialed";
    for (String command : List.of("list", "prune")) {
      assertRefused(words, CommandRun.of(List.of("runs", command), out, "--status", "fialed"));
    }
    assertRefused(
        "--older-than must be at least 0: found --older-than=-3",
        CommandRun.of(List.of("runs", "prune"), out, "--older-than=-3", "--yes"));
  }

  @Test
  void shouldListAndCompareAndPruneRuns() throws IOException {
    result(ExitCode.DONE, grid(SYNC));
    String names = CommandRun.of(List.of("runs", "list"), out).done().out();
    assertEquals(3, names.lines().count());
    List<String> run = new ArrayList<>();
    runs().forEach(each -> run.add(each.path("run").asText()));

    String compared =
        CommandRun.of(List.of("runs", "compare", run.get(0), run.get(1)), out).done().out();
    assertTrue(compared.lines().anyMatch(l -> l.matches("model.batch-norm.sync +global +local")));
    assertFalse(compared.contains("training.epochs"));
    CommandRun.of(List.of("runs", "show", "nobody"), out).assertFailed(ExitCode.USAGE, "");

    Path checkpoints = out.resolve(run.get(0)).resolve("checkpoints");
    assertEquals(2, CommandRun.of(List.of("runs", "prune"), out).done().out().lines().count());
    assertTrue(Files.exists(checkpoints));
    CommandRun.of(List.of("runs", "prune", "--yes"), out).done();
    assertFalse(Files.exists(checkpoints));
    CommandRun.of(List.of("runs", "prune", "--yes", "--status", "done"), out).done();
    assertFalse(Files.exists(out.resolve(run.get(0))));
    assertEquals(List.of("pruned", "pruned"), statuses());
    assertEquals("pruned", plan(grid(SYNC)).at("/cells/0/status").asText());
  }

  private static void assertRefused(String expected, CommandRun run) {
    assertEquals(ExitCode.USAGE.code(), run.code(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().contains(expected), run.err());
  }

  private List<String> grid(String... settings) {
    List<String> all = new ArrayList<>(List.of("experiment.name=g", "experiment.command=train"));
    all.add("training.world=1");
    all.addAll(List.of(settings));
    return data.command("experiment", all.toArray(String[]::new));
  }

  private JsonNode result(ExitCode code, List<String> grid, String... more) throws IOException {
    CommandRun run = CommandRun.of(grid, out, more);
    assertEquals(code.code(), run.code(), run.err());
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertEquals(code.code(), result.path("code").asInt());
    return result;
  }

  private JsonNode plan(List<String> grid, String... more) throws IOException {
    List<String> dry = new ArrayList<>(grid);
    dry.add("--dry-run");
    return new ObjectMapper().readTree(CommandRun.of(dry, out, more).done().out());
  }

  private JsonNode runs() throws IOException {
    return new ObjectMapper()
        .readTree(CommandRun.of(List.of("runs", "list", "--json"), out).done().out());
  }

  private List<String> statuses() throws IOException {
    return StreamSupport.stream(runs().spliterator(), false)
        .map(run -> run.path("status").asText())
        .toList();
  }
}
