package io.syncnorm.report.html;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.SampleRun;
import io.syncnorm.report.plot.Plot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Fontconfig finds no fonts, in a separate JVM, because a JVM looks fonts up only once. */
@Slow
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class PlotFontsTest {
  private static final String NO_FONTS =
      """
      <?xml version="1.0"?>
      <!DOCTYPE fontconfig SYSTEM "fonts.dtd">
      <fontconfig></fontconfig>
      """;

  @TempDir Path directory;

  @Test
  void shouldDrawTheSamePlotOnAMachineWithoutFonts() throws Exception {
    String output = runWithoutFonts();
    assertTrue(output.contains("syncnorm-font"), output);
    assertTrue(output.contains("headless=true"), output);
    List<EpochMetrics> epochs = SampleRun.epochs(3, SampleRun.WITH);
    assertArrayEquals(
        Plot.accuracy(epochs).toPng(), Files.readAllBytes(directory.resolve("curves.png")));
    assertEquals(Plot.accuracy(epochs).toSvg(), Files.readString(directory.resolve("curves.svg")));
    assertEquals(
        SampleRun.html(SampleRun.page("run")), Files.readString(directory.resolve("report.html")));
  }

  @Test
  void shouldWriteThePageWithoutPlotsAndNameWhatToInstall() throws Exception {
    // A table of fonts that is already set is not replaced, and this one does not exist.
    String output = runWithoutFonts("-Dsun.awt.fontconfig=" + directory.resolve("missing"));
    assertTrue(output.contains("missing"), output);
    String message = Files.readString(directory.resolve("exception.txt"));
    assertTrue(message.contains("fonts-dejavu-core"), message);
    assertFalse(Files.exists(directory.resolve("curves.png")));
    String html = Files.readString(directory.resolve("report.html"));
    assertTrue(html.contains("<p class=\"note\">No plot: "), html);
    assertTrue(html.contains("fonts-dejavu-core"), html);
    assertTrue(html.contains("data:image/png;base64,"), html);
  }

  private String runWithoutFonts(String... options) throws Exception {
    Path fontconfig = Files.writeString(directory.resolve("fonts.conf"), NO_FONTS);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Duser.home=" + directory);
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ReportWithoutFonts.class.getName(), directory.toString()));
    Path log = directory.resolve("log.txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("FONTCONFIG_FILE", fontconfig.toString());
    environment.put("HOME", directory.toString());
    environment.put("XDG_CACHE_HOME", directory.toString());
    environment.remove("DISPLAY");
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(90, TimeUnit.SECONDS), "still running after 90 s");
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(log);
    assertEquals(0, process.exitValue(), output);
    return output;
  }
}
