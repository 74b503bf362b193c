package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests two real drivers that run the same grid into the same folder at the same time. */
@Slow
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TwoSchedulersTest {
  private static final int CELLS = 8;
  private static final long DEADLINE_SECONDS = 100;

  @TempDir Path folder;

  @Test
  void shouldShareTheCellsWithoutTrainingOneTwice() throws Exception {
    List<String> command =
        SampleData.write(folder)
            .command(
                "experiment",
                "training.epochs=30",
                "training.world=2",
                "experiment.name=shared",
                "experiment.command=train",
                "experiment.axes.run.seed=1.." + CELLS);
    Path out = folder.resolve("runs");
    int code;
    int other;
    String said;
    try (ProcessRun one = new ProcessRun(command, out);
        ProcessRun two = new ProcessRun(command, out)) {
      code = one.exitCode(DEADLINE_SECONDS);
      other = two.exitCode(DEADLINE_SECONDS);
      said = one.err() + two.err();
    }

    // A driver that ends while the other trains its last cell reports that.
    Set<Integer> either = Set.of(ExitCode.DONE.code(), ExitCode.BUSY.code());
    assertTrue(either.contains(code) && either.contains(other), said);
    assertTrue(code == 0 || other == 0, said);
    GridFolder grid = new GridFolder(out);
    List<String> started = grid.runs("STARTED");
    assertEquals(CELLS, started.size(), said);
    assertEquals(CELLS, new TreeSet<>(started).size(), said);
    assertEquals(grid.models().keySet(), new TreeSet<>(grid.runs("DONE")));
    assertEquals(List.of(), grid.runs("FAILED"));
    List<String> rows = Files.readAllLines(out.resolve("summary.csv"));
    assertEquals(CELLS + 1, rows.size());
    assertEquals(CELLS, rows.stream().filter(row -> row.contains(",done,")).count());
  }
}
