package io.syncnorm.docs;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests every page: it is readable, and its links exist. */
class PagesTest {
  private static final int LONGEST_LINE = 120;
  private static final int LONGEST_README = 150;
  private static final int LARGEST_README = 9_000;

  private static List<Page> pages() {
    return Page.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldLinkToExistingTargets(Page page) {
    assertAll(
        Stream.concat(page.links().stream(), page.pictures().stream())
            .filter(reference -> !reference.target().contains("://"))
            .map(reference -> () -> assertExists(page, reference)));
  }

  private static void assertExists(Page page, Page.Reference reference) {
    String[] parts = reference.target().split("#", 2);
    Path file = parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]).normalize();
    assertTrue(Files.exists(file), () -> "%s links to %s".formatted(page, reference.target()));
    if (parts.length > 1) {
      assertTrue(
          Page.read(file).anchors().contains(parts[1]),
          () -> "%s links to %s; there are %s".formatted(page, reference.target(), anchors(file)));
    }
  }

  private static List<String> anchors(Path file) {
    return Page.read(file).anchors();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldHaveOneTitleAndDistinctHeadings(Page page) {
    assertEquals(1, page.titles().size(), page.titles()::toString);
    assertEquals(
        page.anchors().size(), new HashSet<>(page.anchors()).size(), page.anchors()::toString);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldHaveNoLongLinesOfProse(Page page) {
    List<String> lines = page.prose();
    for (int i = 0; i < lines.size(); i++) {
      String where = String.format(Locale.ROOT, "%s:%d", page, i + 1);
      assertTrue(lines.get(i).length() <= LONGEST_LINE, () -> where);
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldDescribeEveryPicture(Page page) {
    for (Page.Reference picture : page.pictures()) {
      assertTrue(picture.words().length() > 20, picture::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldHaveTablesWithCompleteRows(Page page) {
    for (List<Page.Row> table : page.tables()) {
      assertTrue(table.size() > 1, table::toString);
      String head = table.get(0).cell(0).text();
      assertFalse(head.isBlank(), () -> "a table without a first head in " + page);
    }
    page.text()
        .lines()
        .filter(line -> line.startsWith("|"))
        .forEach(line -> assertTrue(line.endsWith("|"), () -> page + ": " + line));
  }

  @Test
  void shouldHaveAShortReadme() {
    Page readme = Page.read(Path.of("README.md"));
    long lines = readme.text().lines().count();
    int bytes = readme.text().getBytes(StandardCharsets.UTF_8).length;
    assertTrue(lines <= LONGEST_README, () -> "lines=" + lines);
    assertTrue(bytes <= LARGEST_README, () -> "bytes=" + bytes);
  }

  @Test
  void shouldBeReachableFromTheReadme() {
    Set<Path> reached = new HashSet<>();
    reach(Path.of("README.md"), reached);
    for (Page page : pages()) {
      assertTrue(reached.contains(page.file()), page::toString);
    }
  }

  private static void reach(Path file, Set<Path> reached) {
    if (!reached.add(file)) {
      return;
    }
    for (Page.Reference link : Page.read(file).links()) {
      String target = link.target().replaceFirst("#.*", "");
      if (target.endsWith(".md") && !target.contains("://")) {
        reach(file.resolveSibling(target).normalize(), reached);
      }
    }
  }

  @Test
  void shouldShowEveryPicture() throws IOException {
    List<Path> shown =
        pages().stream()
            .flatMap(
                page ->
                    page.pictures().stream()
                        .map(picture -> page.file().resolveSibling(picture.target()).normalize()))
            .toList();
    try (Stream<Path> pictures = Files.list(Path.of("src", "docs"))) {
      pictures
          .filter(file -> file.toString().endsWith(".png"))
          .forEach(file -> assertTrue(shown.contains(file), file::toString));
    }
  }
}
