package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When {@code submit/local.sh} builds, and what it calls: Maven and Spark are stand-ins here. */
@Timeout(120)
class ScriptBuildIT {
  @TempDir Path folder;
  private Path home;

  @BeforeEach
  void makeProject() throws IOException {
    home = Files.createDirectories(folder.resolve("my project"));
    for (String file :
        List.of("submit/local.sh", "submit/common.sh", "pom.xml", "conf/syncnorm.conf")) {
      Files.createDirectories(home.resolve(file).getParent());
      Files.copy(LocalScript.HOME.resolve(file), home.resolve(file));
    }
    Files.createDirectories(home.resolve("src/main"));
    program("spark/bin/spark-class", "printf '%s\\n' \"$@\"");
  }

  @Test
  void shouldBuildWhenThereIsNoJarOrASourceIsNewer() throws Exception {
    Path target = home.resolve("target");
    mvn(
        "mkdir -p '%s'; cd '%s'".formatted(target, target),
        "echo jar >syncnorm-0-job.jar; echo jars >spark.classpath");
    LocalScript.Outcome first = run("train", "--set", "run.name=a b").done();
    assertEquals(1, builds().size());
    assertTrue(builds().get(0).endsWith("-Pjar package"), builds().toString());
    List<String> words = first.out().lines().toList();
    String jar = target.resolve("syncnorm-0-job.jar").toString();
    assertEquals(
        List.of("io.syncnorm.cli.Main", jar, "train", "--set", "run.name=a b"),
        words.subList(words.indexOf("--class") + 1, words.size()));

    run("--version").done();
    assertEquals(1, builds().size(), "nothing has changed");

    Files.setLastModifiedTime(
        home.resolve("conf/syncnorm.conf"), FileTime.from(Instant.now().plusSeconds(60)));
    run("--version").done();
    assertEquals(2, builds().size(), "the defaults have changed");
  }

  @Test
  void shouldSayThatTheBuildFailed() throws Exception {
    mvn("echo why >&2; exit 3");
    run("train").assertFailed(1, "why", "error: the build failed");
  }

  private LocalScript.Outcome run(String... words) throws Exception {
    Map<String, String> environment =
        Map.of(
            "PATH",
            folder.resolve("bin") + ":" + System.getenv("PATH"),
            "SPARK_HOME",
            folder.resolve("spark").toString());
    try (LocalScript script = LocalScript.start(home, folder, environment, words)) {
      return script.await();
    }
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(folder.resolve("builds"));
  }

  /** Puts a Maven in place that notes how it is called. */
  private void mvn(String... lines) throws IOException {
    program("bin/mvn", "echo \"$@\" >>'" + folder + "/builds'", String.join("\n", lines));
  }

  private void program(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
