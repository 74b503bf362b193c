package io.syncnorm.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests that Java in the pages is compiled and run: it is a part of a test or an example between
 * two comments,
 *
 * <pre>
 * // snippet: name
 * // end of snippet
 * </pre>
 *
 * Line breaks are ignored, because the formatter's differ from a writer's.
 */
class SnippetsTest {
  private static final Pattern MARKED =
      Pattern.compile("// snippet: ([a-z0-9-]+)\\n(.*?)// end of snippet\\n", Pattern.DOTALL);
  private static final String JAVA = "java";

  @Test
  void shouldShowCodeThatRuns() {
    Set<String> marked = Set.copyOf(snippets().values());
    for (Page page : Page.all()) {
      for (Page.Listing listing : page.listings(JAVA)) {
        assertTrue(
            marked.contains(withoutSpace(listing.code())),
            () -> "%s shows code that no test runs:%n%s".formatted(page, listing.code()));
      }
    }
  }

  @Test
  void shouldShowEveryMarkedSnippet() {
    Set<String> shown =
        Page.all().stream()
            .flatMap(page -> page.listings(JAVA).stream())
            .map(listing -> withoutSpace(listing.code()))
            .collect(Collectors.toSet());
    snippets()
        .forEach((name, code) -> assertTrue(shown.contains(code), () -> "no page shows " + name));
  }

  @Test
  void shouldNameTheLanguageOfEachListing() {
    Set<String> known = Set.of("", JAVA, "hocon", "python", "scala", "sh", "xml");
    for (Page page : Page.all()) {
      for (Page.Listing listing : page.listings()) {
        assertTrue(known.contains(listing.language()), () -> page + ": " + listing);
      }
    }
  }

  /** Returns the marked code by name. */
  private static Map<String, String> snippets() {
    Map<String, String> snippets = new TreeMap<>();
    for (Path file : sources()) {
      Matcher marked = MARKED.matcher(read(file));
      while (marked.find()) {
        assertEquals(
            null,
            snippets.put(marked.group(1), withoutSpace(marked.group(2))),
            () -> "two snippets of one name, one in " + file);
      }
    }
    return snippets;
  }

  private static List<Path> sources() {
    return Stream.of(Path.of("src", "test", "java"), Path.of("src", "examples"))
        .filter(Files::isDirectory)
        .flatMap(SnippetsTest::javaIn)
        .filter(file -> !file.endsWith("SnippetsTest.java"))
        .toList();
  }

  private static Stream<Path> javaIn(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String withoutSpace(String code) {
    return code.replaceAll("\\s", "");
  }
}
