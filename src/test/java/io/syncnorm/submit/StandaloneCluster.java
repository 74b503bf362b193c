package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.submit.Script.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A cluster of {@code submit/cluster.sh} in its own folder. Closing ends its processes even if the
 * script cannot, as does the end of this JVM.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final String MARK = "-Dsyncnorm.cluster=";

  private final Path folder;
  private final Outcome started;

  private StandaloneCluster(Path folder, Outcome started) {
    this.folder = folder;
    this.started = started;
  }

  /**
   * Starts a cluster.
   *
   * @param folder must not contain another cluster
   */
  public static StandaloneCluster start(Path folder, int workers) throws IOException {
    Outcome outcome =
        Script.of("cluster.sh")
            .run(
                "start",
                "--workers",
                "" + workers,
                "--cores",
                "1",
                "--dir",
                folder.toString(),
                "--while-pid",
                "" + ProcessHandle.current().pid());
    StandaloneCluster cluster = new StandaloneCluster(folder, outcome);
    if (outcome.code() != 0) {
      cluster.close();
    }
    assertEquals(0, outcome.code(), outcome.err());
    return cluster;
  }

  public String master() {
    return started.lastLine();
  }

  /** Returns the folder of its processes' files. */
  public Path folder() {
    return folder;
  }

  Outcome run(String action) throws IOException {
    return Script.of("cluster.sh").run(action, "--dir", folder.toString());
  }

  /** Returns the live processes of the cluster, the master first. */
  public List<ProcessHandle> processes() throws IOException {
    return marked(folder);
  }

  static List<ProcessHandle> marked(Path folder) throws IOException {
    Path list = folder.resolve("processes");
    if (!Files.exists(list)) {
      return List.of();
    }
    return Files.readAllLines(list).stream()
        .flatMap(line -> ProcessHandle.of(pid(line)).stream())
        .filter(process -> process.info().commandLine().orElse("").contains(MARK))
        .toList();
  }

  /** A line is name, process id and mark. */
  private static long pid(String line) {
    int begin = line.indexOf(' ') + 1;
    return Long.parseLong(line.substring(begin, line.indexOf(' ', begin)));
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> left = processes();
    try {
      if (!left.isEmpty()) {
        run("stop");
      }
    } finally {
      for (ProcessHandle process : left) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }
}
