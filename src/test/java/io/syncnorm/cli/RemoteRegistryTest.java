package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.files.RemoteFileSystem;
import io.syncnorm.files.RemoteFileSystem.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the registry on another file system than the run directories. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RemoteRegistryTest {
  @TempDir Path folder;
  private SampleData data;
  private Path out;
  private Path far;
  private String registry;
  private List<String> grid;

  @BeforeEach
  void chooseFolders() {
    data = SampleData.write(folder);
    out = folder.resolve("runs");
    far = folder.resolve("far");
    registry = RemoteFileSystem.SCHEME + ":" + far;
    grid =
        data.command(
            "experiment",
            "experiment.name=g",
            "experiment.command=train",
            "experiment.axes.run.seed=1..2",
            "training.world=1");
  }

  @AfterEach
  void heal() {
    RemoteFileSystem.heal();
  }

  @Test
  void shouldServeAllCommandsFromARemoteFileSystem() throws IOException {
    CommandRun.of(grid, out, "--registry", registry).done();
    CommandRun.of(
            data.command("train", "run.seed=3", "training.world=1"), out, "--registry", registry)
        .done();

    assertFalse(Files.exists(out.resolve("index.jsonl")));
    assertFalse(Files.exists(out.resolve("summary.csv")));
    assertEquals(4, Files.readAllLines(far.resolve("summary.csv")).size());
    try (Stream<Path> events = Files.list(far.resolve("index"))) {
      assertEquals(2 * 3, events.filter(file -> file.toString().endsWith(".json")).count());
    }
    List<String> runs = new ArrayList<>();
    for (JsonNode run : new ObjectMapper().readTree(runs("list", "--json"))) {
      assertEquals("done", run.path("status").asText());
      runs.add(run.path("run").asText());
    }
    assertEquals(3, runs.size());
    assertTrue(runs("show", runs.get(0)).contains(runs.get(0)));
    assertTrue(runs("compare", runs.get(0), runs.get(2)).contains("run.seed"));

    // Another driver, which has only the registry, plans with it.
    Path elsewhere = folder.resolve("elsewhere");
    String plan = CommandRun.of(grid, elsewhere, "--registry", registry, "--dry-run").done().out();
    assertEquals("done", new ObjectMapper().readTree(plan).at("/cells/1/status").asText());

    runs("prune", "--yes", "--status", "done");
    assertFalse(Files.exists(out.resolve(runs.get(0))));
    assertTrue(runs("list").contains("pruned"));
  }

  @Test
  void shouldLoseNoRunIfItCannotBeWritten() throws IOException {
    RemoteFileSystem.strike(Fault.FULL, "summary.csv");
    CommandRun.of(grid, out, "--registry", registry)
        .assertFailed(ExitCode.RESOURCES, "cannot write to remote:", "No space left on device");

    RemoteFileSystem.heal();
    CommandRun.of(grid, out, "--registry", registry).done();
    assertEquals(3, Files.readAllLines(far.resolve("summary.csv")).size());
  }

  @Test
  void shouldNameTheRegistryThatHasNoRuns() {
    Path empty = folder.resolve("empty");
    CommandRun run = CommandRun.of(List.of("runs", "list"), empty).done();
    assertTrue(run.err().contains("no matching run in " + empty), run.err());
  }

  @Test
  void shouldReportThatItCannotBeRead() throws IOException {
    Files.createDirectories(out.resolve("index.jsonl"));
    CommandRun.of(List.of("runs", "list"), out)
        .assertFailed(
            ExitCode.RESOURCES, "cannot read the registry at " + out.resolve("index.jsonl"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"experiment", "train", "runs list"})
  void shouldReportThatRunDirectoriesMustBeLocal(String command) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(List.of("--out", "hdfs://namenode/runs"));
    CommandRun refused = CommandRun.of(words.toArray(String[]::new));

    assertEquals(ExitCode.USAGE.code(), refused.code(), refused.err());
    assertTrue(
        refused.err().contains("expected a local or mounted folder, found hdfs://namenode/runs"),
        refused.err());
    assertTrue(refused.err().contains("--registry hdfs://namenode/runs"), refused.err());
    assertFalse(Files.exists(Path.of("hdfs:")));
  }

  @Test
  void shouldAcceptTheAddressOfALocalFolder() {
    List<String> words = data.command("train", "training.world=1");
    words.addAll(List.of("--out", out.toUri().toString()));
    RunFolder run = RunFolder.of(CommandRun.of(words.toArray(String[]::new)), out);
    assertTrue(Files.exists(run.file("result.json")));
  }

  private String runs(String... words) {
    List<String> all = new ArrayList<>(List.of("runs"));
    all.addAll(List.of(words));
    return CommandRun.of(all, out, "--registry", registry).done().out();
  }
}
