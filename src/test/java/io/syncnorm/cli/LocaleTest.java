package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Locales;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests commands in the JVM of a scheduler whose locale has its own digits: {@link Main#main}
 * handles them, but is not the only entry point.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LocaleTest {
  @TempDir Path folder;
  private SampleData data;

  @BeforeEach
  void writeData() {
    data = SampleData.write(folder);
  }

  @Test
  void shouldWriteTheSameFilesInEveryLocaleAndResumeFromThem() throws Exception {
    List<String> command = data.command("compare", "training.epochs=4");
    Path here = folder.resolve("here");
    RunFolder expected = RunFolder.of(CommandRun.of(command, here), here);
    String predicted = predict(expected);
    Path out = folder.resolve("there");
    RunFolder found =
        Locales.in(
            Locales.EGYPTIAN,
            () -> {
              InterruptedRun.of(command, out, "without-bn", 2);
              CommandRun resumed = CommandRun.of(command, out);
              assertTrue(
                  resumed.err().contains("without-bn resumes after epoch 2/4"), resumed.err());
              return RunFolder.of(resumed, out);
            });
    found.assertSameOutcome(expected);
    assertEquals(expected.files(), found.files());
    assertEquals(predicted, Locales.in(Locales.EGYPTIAN, () -> predict(found)));
    for (String file : List.of("result.json", "metrics.csv", "metrics.jsonl", "config.conf")) {
      assertAscii(found.file(file));
    }
    assertAscii(found.file("curves.svg"));
  }

  @Test
  void shouldWriteDecimalsAndLettersAsInOtherLocales() throws Exception {
    for (Locale locale : List.of(Locales.GERMAN, Locales.TURKISH)) {
      Path out = folder.resolve(locale.toLanguageTag());
      RunFolder run =
          Locales.in(locale, () -> RunFolder.of(CommandRun.of(data.command("train"), out), out));
      String last = run.text("metrics.csv").lines().skip(2).findFirst().orElseThrow();
      assertEquals(11, last.split(",", -1).length, last);
      assertEquals(2, run.result().models().get(0).epochs());
    }
  }

  private String predict(RunFolder run) {
    String zip = run.file("with-bn/" + RunFolder.MODEL).toString();
    return CommandRun.of(
            "predict", "--model", zip, "--images", data.images("test").toString(), "--quiet")
        .done()
        .out();
  }

  private static void assertAscii(Path file) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.chars().allMatch(c -> c < 128), () -> file + " holds " + text);
  }
}
