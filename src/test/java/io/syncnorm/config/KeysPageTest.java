package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader.Form;
import io.syncnorm.docs.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the documented keys and defaults are the actual ones. */
class KeysPageTest {
  /** A key or a section, optionally with a path below it or a value. */
  private static final Pattern PATH =
      Pattern.compile(
          "((?:run|data|model|training|checkpoint|output)(?:\\.[a-z0-9-]+)+)(?:\\.\\*| ?=.*|)");

  private static final Set<String> FILES = Set.of("model.zip", "model.onnx");

  @ParameterizedTest
  @ValueSource(strings = {"command-line", "reliability"})
  void shouldHaveTheDefaultsOfTheKeys(String page) {
    for (Page.Row row : Page.of(page).table("key")) {
      String setting = row.cell(0).code().get(0) + "=" + row.cell(1).code().get(0);
      assertEquals(
          Configuration.defaults(), ConfigLoader.load(List.of(), List.of(setting)), setting);
    }
  }

  @Test
  void shouldShowConfigurationsThatLoad(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("shown.conf");
    for (Page page : Page.all()) {
      for (Page.Listing listing : page.listings("hocon")) {
        Files.writeString(file, listing.code());
        if (listing.code().startsWith(ExperimentCheck.SECTION)) {
          ConfigLoader.loadExperiment(List.of(file), List.of(), Form.FULL);
        } else {
          ConfigLoader.load(List.of(file), List.of());
        }
      }
    }
  }

  /** Whether the code is the name of a package of ours, such as {@code data.idx}. */
  private static boolean isPackage(String code) {
    return Files.isDirectory(Path.of("src/main/java/io/syncnorm", code.split("\\.", -1)));
  }

  @Test
  void shouldNameKeysThatExist() {
    for (Page page : Page.all()) {
      for (String code : page.code()) {
        Matcher path = PATH.matcher(code);
        if (path.matches() && !FILES.contains(code) && !isPackage(code)) {
          String found = path.group(1);
          assertTrue(
              Keys.find(found).isPresent() || TreeCheck.SECTIONS.containsKey(found),
              () -> page + " names " + found);
        }
      }
    }
  }
}
