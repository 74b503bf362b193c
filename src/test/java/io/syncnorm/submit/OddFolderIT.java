package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.files.OddName;
import io.syncnorm.report.Json;
import io.syncnorm.report.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the scripts under unusual conditions: in a folder whose name has all special characters,
 * started as by cron, without a locale, with a user id without a name.
 */
@Slow
@Timeout(240)
class OddFolderIT {
  private static final String[] TRAIN = {
    "train",
    "--out",
    "läufe",
    "--set",
    "training.world=1",
    "--set",
    "training.epochs=1",
    "--set",
    "data.limit-train=1000",
    "--set",
    "data.limit-test=500"
  };

  @TempDir Path folder;
  private Path home;
  private final Map<String, String> environment = new HashMap<>();

  /** The project without its sources, so that nothing is built. */
  @BeforeEach
  void makeProject() throws IOException {
    home = Files.createDirectory(folder.resolve(OddName.TEXT));
    Files.createDirectories(home.resolve("src/main"));
    Files.createFile(home.resolve("pom.xml"));
    for (String part : List.of("submit", "conf")) {
      Files.createDirectory(home.resolve(part));
      try (Stream<Path> files = Files.list(LocalScript.HOME.resolve(part))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.copy(file, home.resolve(part).resolve(file.getFileName()));
        }
      }
    }
    Path target = Build.createFolder(home);
    Files.writeString(target.resolve("spark.classpath"), Build.sparkJars());
    Files.createSymbolicLink(target.resolve(Build.jobJar().getFileName()), Build.jobJar());
    Files.createSymbolicLink(home.resolve("data"), LocalScript.HOME.resolve("data"));
    Path id = Files.createDirectory(folder.resolve("bin")).resolve("id");
    Files.writeString(id, "#!/bin/sh\n[ \"$1\" != -un ] || exit 1\nexec /usr/bin/id \"$@\"\n");
    Files.setPosixFilePermissions(id, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment.put("PATH", id.getParent() + ":" + System.getenv("PATH"));
    environment.put("LC_ALL", "POSIX");
    environment.put("TMPDIR", folder.toString());
  }

  @Test
  void shouldTrainOnThisMachine() throws Exception {
    assertTrained(run("local.sh", TRAIN));
  }

  @Test
  void shouldTrainOnACluster() throws Exception {
    environment.put("JAVA_TOOL_OPTIONS", System.getenv().getOrDefault("JAVA_TOOL_OPTIONS", ""));
    try {
      String master = run("cluster.sh", "start", "--workers", "1", "--memory", "1g").out().strip();
      String[] own = {"--master", master, "--executor-memory", "700m"};
      assertTrained(
          run(
              "standalone.sh",
              Stream.concat(Stream.of(own), Stream.of(TRAIN)).toArray(String[]::new)));
    } finally {
      run("cluster.sh", "stop");
    }
  }

  private LocalScript.Outcome run(String script, String... words) throws Exception {
    Path file = home.resolve("submit").resolve(script);
    try (LocalScript running = LocalScript.startScript(file, home, environment, words)) {
      return running.await().done();
    }
  }

  private void assertTrained(LocalScript.Outcome outcome) throws IOException {
    String run = Json.read(outcome.out().lines().reduce("", (a, b) -> b), RunResult.class).run();
    assertEquals(
        List.of(".index.lock", "index.jsonl", run, "summary.csv"), names(home.resolve("läufe")));
    assertTrue(
        outcome.err().contains("INFO  with-bn epoch 1/1"), "log4j has its file: " + outcome.err());
    assertTrue(outcome.err().contains("-javaagent:"), outcome.err());
    assertEquals(List.of("bin", OddName.TEXT).stream().sorted().toList(), projects());
  }

  /**
   * Returns the files beside the project, except the private folder of class paths and Java's
   * files.
   */
  private List<String> projects() throws IOException {
    return names(folder).stream()
        .filter(name -> name.equals("bin") || name.startsWith("a"))
        .toList();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
