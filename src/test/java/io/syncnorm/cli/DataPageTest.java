package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.docs.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Types the example of the page on data. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class DataPageTest {
  private static final double PLAUSIBLE_ACCURACY = 0.95;

  @TempDir Path folder;

  @Test
  void shouldTrainAndPredictTheCsvOfTheExample() throws Exception {
    List<Page.Listing> shell = Page.of("data").listings("sh");
    Process written =
        new ProcessBuilder("sh", "-c", shell.get(0).code())
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertEquals(0, written.waitFor());
    String shown = Page.of("data").listings("hocon").get(0).code();
    String shipped = Files.readString(Path.of("conf", "points.conf"));
    assertTrue(shipped.endsWith("\n" + shown.strip() + "\n"), shipped);
    Path conf = Files.writeString(folder.resolve("points/points.conf"), here(shipped));

    run("check", conf).done();
    Path out = folder.resolve("runs");
    RunFolder trained = RunFolder.of(CommandRun.of(words("train", conf), out), out);
    assertEquals(List.of("above", "left", "right"), trained.result().classes());
    double accuracy = trained.result().models().get(0).testAccuracy();
    assertTrue(accuracy > PLAUSIBLE_ACCURACY, "accuracy=" + accuracy);
    String zip = trained.file(RunFolder.MODEL).toString();
    run("evaluate", conf, "--model", zip).done();
    String csv = folder.resolve("points/test.csv").toString();
    String printed = run("predict", conf, "--model", zip, "--input", csv).done().out();
    assertTrue(printed.startsWith("index,class,name,p_above,p_left,p_right\n"), printed);
    assertEquals(301, printed.lines().count());
  }

  private CommandRun run(String command, Path conf, String... more) {
    return CommandRun.of(words(command, conf), folder.resolve("runs"), more);
  }

  private static List<String> words(String command, Path conf) {
    return new ArrayList<>(List.of(command, "--config", conf.toString()));
  }

  /** The configuration with its files in the test's folder. */
  private String here(String code) throws IOException {
    return code.replaceAll("points/(\\w+\\.csv)", "\"" + folder.toRealPath() + "/points/$1\"");
  }
}
