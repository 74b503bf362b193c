package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the registry on HDFS, with a NameNode and a DataNode on loopback. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class YarnRegistryIT {
  @TempDir Path folder;
  private MiniDFSCluster hdfs;
  private Path out;
  private String registry;
  private SampleData data;
  private List<String> grid;

  @BeforeEach
  void startHdfs() throws IOException {
    Configurator.setLevel("org.apache.hadoop", Level.OFF);
    Configuration settings = new Configuration();
    settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    hdfs = new MiniDFSCluster.Builder(settings).numDataNodes(1).build();
    hdfs.waitActive();
    out = folder.resolve("runs");
    registry = hdfs.getURI() + "/registry";
    data = SampleData.write(folder);
    grid =
        data.command(
            "experiment",
            "experiment.name=g",
            "experiment.command=train",
            "experiment.axes.run.seed=1..2",
            "training.world=1");
  }

  @AfterEach
  void stopHdfs() {
    hdfs.shutdown();
  }

  @Test
  void shouldServeGridsAndRunsAndOtherDrivers() throws IOException {
    CommandRun.of(grid, out, "--registry", registry).done();
    CommandRun.of(
            data.command("train", "run.seed=3", "training.world=1"), out, "--registry", registry)
        .done();

    assertFalse(Files.exists(out.resolve("index.jsonl")));
    FileSystem files = hdfs.getFileSystem();
    assertTrue(files.exists(new org.apache.hadoop.fs.Path(registry, "summary.csv")));
    List<String> runs = new ArrayList<>();
    for (JsonNode run : new ObjectMapper().readTree(runs("list", "--json"))) {
      assertEquals("done", run.path("status").asText());
      runs.add(run.path("run").asText());
    }
    assertEquals(3, runs.size());
    assertTrue(runs("compare", runs.get(0), runs.get(2)).contains("run.seed"));
    String plan =
        CommandRun.of(grid, folder.resolve("other"), "--registry", registry, "--dry-run")
            .done()
            .out();
    assertEquals("done", new ObjectMapper().readTree(plan).at("/cells/1/status").asText());
    runs("prune", "--yes", "--status", "done");
    assertTrue(runs("list").contains("pruned"));
  }

  @Test
  void shouldReportThatItIsUnreachable() {
    hdfs.shutdown();
    CommandRun.of(grid, out, "--registry", registry)
        .assertFailed(ExitCode.RESOURCES, registry, "Connection refused");
  }

  private String runs(String... words) {
    List<String> all = new ArrayList<>(List.of("runs"));
    all.addAll(List.of(words));
    return CommandRun.of(all, out, "--registry", registry).done().out();
  }
}
