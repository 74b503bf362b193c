package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.docs.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that schedules start existing files, with the scripts' settings. */
class ScheduleTest {
  private static final Path SUBMIT = Script.HOME.resolve("submit");

  /** Spark's web UI, which schedules leave to the user. */
  private static final String UI = "spark.ui.enabled";

  @ParameterizedTest
  @ValueSource(strings = {"syncnorm-grid.service", "crontab"})
  void shouldStartAGridWithAnExistingScript(String file) throws IOException {
    Matcher start =
        Pattern.compile(
                "(submit/[a-z]+\\.sh) experiment --config (\\S+) --out /\\S+ --limit-time \\d+h")
            .matcher(schedule(file));

    assertTrue(start.find(), file);
    assertTrue(Files.isExecutable(Script.HOME.resolve(start.group(1))), start.group(1));
    assertTrue(Files.exists(Script.HOME.resolve(start.group(2))), start.group(2));
  }

  @Test
  void shouldPassTheScriptsSettingsToSpark() throws IOException {
    Map<String, String> scripts = ofScripts();
    scripts.remove(UI);
    Map<String, String> dag =
        settings(
            "\"(spark\\.[\\w.]+)\": \"([^\"]+)\",$", SUBMIT.resolve("schedule/syncnorm_grid.py"));

    assertTrue(scripts.size() > 4, scripts.toString());
    assertEquals(scripts, dag);
  }

  @Test
  void shouldDocumentTheSettingsThatScriptsPassToSpark() throws IOException {
    Map<String, String> scripts = ofScripts();
    scripts.remove(UI);
    Map<String, String> page = new TreeMap<>();
    for (Page.Row row : Page.of("cluster").table("setting")) {
      page.put(row.cell(0).text(), row.cell(1).text());
    }

    assertEquals(scripts, page);
  }

  @Test
  void shouldNotRestartAfterPermanentFailures() throws IOException {
    String readme = schedule("README.md");
    String service = schedule("syncnorm-grid.service");

    assertAll(
        () -> assertTrue(service.contains("RestartPreventExitStatus=2 3 4 6 7 8\n")),
        () -> assertTrue(service.contains("SuccessExitStatus=143\n")),
        // systemd's default limit, 5 starts in 10 s, has no effect at one start per minute.
        () -> assertTrue(service.contains("\nStartLimitIntervalSec=2h\nStartLimitBurst=4\n")),
        () -> assertTrue(readme.contains("| 5, 1 |")),
        () -> assertTrue(readme.contains("| 8 |")));
  }

  @ParameterizedTest
  @CsvSource({
    "schedule/crontab, 'LC_ALL=C.UTF-8'",
    "schedule/syncnorm-grid.service, 'Environment=LC_ALL=C.UTF-8'",
    "schedule/syncnorm_grid.py, '        env_vars={\"LC_ALL\": \"C.UTF-8\"},'",
    "kubernetes/Dockerfile, 'ENV LC_ALL=C.UTF-8'"
  })
  void shouldUseALocaleThatCanReadAllNames(String file, String line) throws IOException {
    assertTrue(Files.readAllLines(SUBMIT.resolve(file)).contains(line), file);
  }

  private static Map<String, String> ofScripts() throws IOException {
    return settings("--conf (spark\\.[\\w.]+)=([\\w.-]+)( +#.*)?$", SUBMIT.resolve("common.sh"));
  }

  private static Map<String, String> settings(String pattern, Path file) throws IOException {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(Files.readString(file))
        .results()
        .collect(Collectors.toMap(m -> m.group(1), m -> m.group(2), (a, b) -> b, TreeMap::new));
  }

  private static String schedule(String file) throws IOException {
    return Files.readString(SUBMIT.resolve("schedule").resolve(file));
  }
}
