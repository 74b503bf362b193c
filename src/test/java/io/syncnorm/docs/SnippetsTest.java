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
 * Java in the pages is code that is compiled and run: a piece of a test or an example that stands
 * between two comments,
 *
 * <pre>
 * // snippet: name
 * // end of snippet
 * </pre>
 *
 * Where lines break does not count: the formatter breaks them where a reader would not.
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
  void shouldShowAllThatIsMarked() {
    Set<String> shown =
        Page.all().stream()
            .flatMap(page -> page.listings(JAVA).stream())
            .map(listing -> withoutSpace(listing.code()))
            .collect(Collectors.toSet());
    snippets()
        .forEach((name, code) -> assertTrue(shown.contains(code), () -> "no page shows " + name));
  }

  @Test
  void shouldSayWhatLanguageEachListingIsIn() {
    Set<String> known = Set.of("", JAVA, "hocon", "python", "scala", "sh", "xml");
    for (Page page : Page.all()) {
      for (Page.Listing listing : page.listings()) {
        assertTrue(known.contains(listing.language()), () -> page + ": " + listing);
      }
    }
  }

  /** Code by its name. */
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
