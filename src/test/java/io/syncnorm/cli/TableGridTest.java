package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.Slow;
import io.syncnorm.files.RemoteFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.StorageStatistics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests grids of runs on a table. */
@Slow
@Timeout(120)
class TableGridTest {
  @TempDir Path folder;

  @BeforeEach
  void writeTable() throws IOException {
    StringBuilder rows = new StringBuilder("kind,x,y\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i % 2 == 0 ? "up," : "down,").append(i % 2 + 0.01 * i).append(",1\n");
    }
    Files.writeString(folder.resolve("points.csv"), rows);
  }

  @Test
  void shouldReadTheTableOfAllCellsOnce() throws IOException {
    long ofOneCell = bytesOfGrid("one", 1, "experiment.axes.run.seed=1");
    assertTrue(ofOneCell > 0, "the table is read through this file system");
    assertEquals(
        ofOneCell,
        bytesOfGrid(
            "four", 4, "experiment.axes.run.seed=1..2", "experiment.axes.training.epochs=[1,2]"));
  }

  /** Runs a grid, and returns the bytes that were read of its table. */
  private long bytesOfGrid(String name, int cells, String... axes) throws IOException {
    String csv = "remote:" + folder.resolve("points.csv");
    List<String> words =
        SampleData.in(folder).command("experiment", SampleData.table("csv", csv, csv, axes));
    for (String setting :
        List.of(
            "experiment.name=" + name,
            "experiment.command=train",
            "data.train.label=kind",
            "data.classes=auto")) {
      words.addAll(List.of("--set", setting));
    }
    long before = remoteBytes();
    CommandRun grid = CommandRun.of(words, folder.resolve(name)).done();
    assertEquals(cells, new ObjectMapper().readTree(grid.out()).path("trained").asInt());
    return remoteBytes() - before;
  }

  private static long remoteBytes() {
    StorageStatistics remote = FileSystem.getGlobalStorageStatistics().get(RemoteFileSystem.SCHEME);
    return remote == null ? 0 : remote.getLong("bytesRead");
  }
}
