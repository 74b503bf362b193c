package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests when {@code submit/local.sh} builds, and what it calls, with stand-ins for Maven and Spark.
 */
@Timeout(120)
class ScriptBuildIT {
  private static final String PROJECT = "my project: 100% #1";

  private static final String MAKE_JAR =
      "mkdir -p '%1$s/target' && cd '%1$s/target'\n".formatted(PROJECT)
          + "echo jar >syncnorm_2.12-0-job.jar; echo jars >spark.classpath";

  private static final String MAKE_JAR_FOR_SPARK_4 =
      MAKE_JAR.replace("/target", "/target/spark4").replace("2.12", "2.13");

  @TempDir Path folder;
  private Path home;

  /** As the user sets it. */
  private String spark = "";

  @BeforeEach
  void makeProject() throws IOException {
    home = Files.createDirectories(folder.resolve(PROJECT));
    for (String file :
        List.of(
            "submit/local.sh",
            "submit/archive.sh",
            "submit/build.sh",
            "submit/common.sh",
            "submit/spark.sh",
            "pom.xml",
            "conf/syncnorm.conf",
            "LICENSE",
            "NOTICE")) {
      Files.createDirectories(home.resolve(file).getParent());
      Files.copy(LocalScript.HOME.resolve(file), home.resolve(file));
    }
    Files.createDirectories(home.resolve("src/main"));
    Files.createDirectories(home.resolve("src/license"));
    program("spark/bin/spark-class", "printf '%s\\n' \"$@\"");
  }

  @Test
  void shouldBuildIfTheJarIsMissingOrASourceHasChanged() throws Exception {
    Path target = home.resolve("target");
    mvn(MAKE_JAR);
    LocalScript.Outcome first = run("train", "--set", "run.name=a b").done();
    assertEquals(1, builds().size());
    assertTrue(builds().get(0).endsWith("-Pjar package"), builds().toString());
    List<String> words = first.out().lines().toList();
    int jar = words.indexOf("--class") + 2;
    assertEquals("io.syncnorm.cli.Main", words.get(jar - 1));
    assertEquals(target.resolve("syncnorm_2.12-0-job.jar"), Path.of(URI.create(words.get(jar))));
    assertEquals(List.of("train", "--set", "run.name=a b"), words.subList(jar + 1, words.size()));

    run("--version").done();
    assertEquals(1, builds().size(), "nothing has changed");

    Path defaults = home.resolve("conf/syncnorm.conf");
    Files.setLastModifiedTime(defaults, FileTime.from(Instant.now().plusSeconds(60)));
    run("--version").done();
    assertEquals(1, builds().size(), "a time is no content");

    String before = Files.readString(defaults);
    Files.writeString(defaults, before + "# changed");
    Files.setLastModifiedTime(defaults, FileTime.from(Instant.EPOCH));
    run("--version").done();
    assertEquals(2, builds().size(), "the defaults have changed, whatever the clock says");

    Path source = home.resolve("src/spark3/New.java"); // of one Spark alone
    Files.createFile(Files.createDirectories(source.getParent()).resolve("New.java"));
    run("--version").done();
    run("--version").done();
    assertEquals(3, builds().size(), "a source has come");

    Files.delete(source);
    run("--version").done();
    assertEquals(4, builds().size(), "a source has gone");
  }

  /** Maven does not change a jar and its time if the sources give an equal one. */
  @Test
  void shouldBuildOnlyOnceIfTheJarDoesNotChange() throws Exception {
    mvn(MAKE_JAR, "touch -t 200001010000 syncnorm_2.12-0-job.jar");
    run("--version").done();
    run("--version").done();
    assertEquals(1, builds().size());
  }

  @Test
  void shouldBuildForSpark4IfTheUserSaysSo() throws Exception {
    spark = "4";
    mvn(MAKE_JAR_FOR_SPARK_4);
    assertUsesSpark4();
  }

  @Test
  void shouldBuildForSpark4IfThatIsInstalled() throws Exception {
    install("spark-core_2.13-4.0.1.jar");
    mvn(MAKE_JAR_FOR_SPARK_4);
    assertUsesSpark4();
  }

  private void assertUsesSpark4() throws Exception {
    String out = run("--version").done().out();
    assertTrue(builds().get(0).endsWith("-Pspark4,jar package"), builds().toString());
    assertTrue(out.contains("target/spark4/syncnorm_2.13-0-job.jar"), out);
    run("--version").done();
    assertEquals(1, builds().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark-core_2.13-3.5.7.jar", "spark-core_2.11-2.4.8.jar"})
  void shouldRefuseOtherInstalledSparks(String jar) throws Exception {
    install(jar);
    run("--version").assertFailed(2, "Spark 3.5 with Scala 2.12", jar, "SPARK_HOME=");
  }

  @Test
  void shouldRefuseOtherVersionsOfMavensSpark() throws Exception {
    spark = "3";
    run("--version").assertFailed(2, "SYNCNORM_SPARK must be 3.5 or 4: found SYNCNORM_SPARK=3");
  }

  private void install(String jar) throws IOException {
    Files.createFile(Files.createDirectory(folder.resolve("spark/jars")).resolve(jar));
  }

  @Test
  void shouldUseAJarThatWasBuiltByHand() throws Exception {
    Files.createDirectories(home.resolve("target"));
    Files.writeString(home.resolve("target/syncnorm_2.12-0-job.jar"), "jar");
    Files.writeString(home.resolve("target/spark.classpath"), "jars");
    mvn("exit 3");
    run("--version").done();
    Files.setLastModifiedTime(home.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(9)));
    run("--version").done();
  }

  @Test
  void shouldBuildAgainAfterAnInterruptedBuild() throws Exception {
    mvn(MAKE_JAR, "kill -9 $PPID"); // leaves a partial jar
    try (LocalScript script = start("--version")) {
      assertTrue(script.process().waitFor(60, TimeUnit.SECONDS));
    }
    mvn(MAKE_JAR);
    run("--version").done();
    run("--version").done();
    assertEquals(2, builds().size());
  }

  @Test
  void shouldBuildOnceForTwoConcurrentStarts() throws Exception {
    mvn("sleep 1", MAKE_JAR);
    try (LocalScript one = start("--version");
        LocalScript other = start("--version")) {
      one.await().done();
      other.await().done();
    }
    assertEquals(1, builds().size());
  }

  @Test
  void shouldRunTheJarOfItsVersionAmongOthers() throws Exception {
    mvn(
        MAKE_JAR,
        "mv syncnorm_2.12-0-job.jar syncnorm_2.12-0.1.0-job.jar",
        "echo old >syncnorm_2.12-0.0.9-job.jar; touch -t 203001010000 syncnorm_2.12-0.0.9-job.jar");
    String out = run("--version").done().out();
    assertTrue(out.contains("target/syncnorm_2.12-0.1.0-job.jar"), out);
  }

  @Test
  void shouldTakeSparksOptionsBeforeTheCommand() throws Exception {
    mvn(MAKE_JAR);
    String[] given = {
      "--conf", "spark.ui.enabled=true", "--jars", "a.jar,b c.jar", "--packages", "g:a:1"
    };
    List<String> typed = new ArrayList<>(List.of("--driver-memory", "3g", "--master", "local[3]"));
    typed.addAll(List.of(given));
    typed.addAll(List.of("train", "--conf"));
    List<String> words = run(typed.toArray(String[]::new)).done().out().lines().toList();

    assertEquals("local[3]", words.get(words.indexOf("--master") + 1));
    assertEquals("3g", words.get(words.indexOf("--driver-memory") + 1));
    int last = words.indexOf("--class");
    assertEquals(List.of(given), words.subList(last - given.length, last), "the last word");
    assertEquals(List.of("train", "--conf"), words.subList(last + 3, words.size()));
  }

  @Test
  void shouldNotChooseACollectorWhereTheUserHas() throws Exception {
    mvn(MAKE_JAR);
    String collector = "spark.driver.extraJavaOptions=-XX:+UseG1GC";
    assertTrue(run("--version").done().out().contains("local-jvm.options"));
    assertFalse(run("--conf", collector).done().out().contains("local-jvm.options"));
  }

  @Test
  void shouldNameItsOptionsAndVariablesInItsHelp() throws Exception {
    mvn(MAKE_JAR);
    String help = run("--help").done().out();
    for (String name : List.of("--conf", "--jars", "SYNCNORM_SPARK", "SYNCNORM_ARCHIVE")) {
      assertTrue(help.contains(name), help);
    }
    assertTrue(help.lines().anyMatch("--help"::equals), "the command's own help follows");
  }

  @Test
  void shouldPrintNoEscapeCodesWithoutATerminal() throws Exception {
    mvn("printf '\\033[1mtold\\033[0m\\n\\033[0m'", MAKE_JAR);
    String err = run("--version").done().err();
    assertTrue(err.contains("\ntold\n"), err);
    assertFalse(err.contains("\033"), err);
  }

  @Test
  void shouldReportThatTheBuildFailed() throws Exception {
    mvn("echo why >&2; exit 3");
    run("train").assertFailed(1, "why", "error: the build failed");
  }

  private LocalScript.Outcome run(String... words) throws Exception {
    try (LocalScript script = start(words)) {
      return script.await();
    }
  }

  private LocalScript start(String... words) throws IOException {
    Map<String, String> environment =
        Map.of(
            "PATH",
            folder.resolve("bin") + ":" + System.getenv("PATH"),
            "SPARK_HOME",
            folder.resolve("spark").toString(),
            "SYNCNORM_SPARK",
            spark);
    return LocalScript.start(home, folder, environment, words);
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(folder.resolve("builds"));
  }

  /** Installs a stand-in for Maven that records its calls. */
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
