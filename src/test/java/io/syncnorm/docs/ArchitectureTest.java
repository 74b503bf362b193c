package io.syncnorm.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the code that pages name exists. */
class ArchitectureTest {
  private static final Path MAIN = Path.of("src", "main", "java", "io", "syncnorm");

  /** What differs between the versions of Spark has the same classes in both folders. */
  private static final Path OF_VERSION = Path.of("src", "spark3", "java", "io", "syncnorm");

  private static final Path TESTS = Path.of("src", "test", "java", "io", "syncnorm");
  private static final String OF_PACKAGE = "package-info.java";

  /** {@code Type}, {@code Type.Nested}, {@code Type.method}, {@code package.Type}. */
  private static final Pattern TYPE = Pattern.compile("(?:[a-z0-9]+\\.)*([A-Z]\\w*[a-z]\\w*)\\b.*");

  @Test
  void shouldListEveryPackageWithClassesToStartWith() {
    Set<String> listed = new TreeSet<>();
    for (Page.Row row : Page.of("architecture").table("package")) {
      String name = row.cell(0).code().get(0);
      listed.add(name);
      String folder = name.replace('.', '/');
      for (String type : row.cell(1).code()) {
        assertTrue(
            Stream.of(MAIN, OF_VERSION)
                .anyMatch(root -> Files.exists(root.resolve(folder).resolve(type + ".java"))),
            () -> name + "." + type);
      }
    }
    assertEquals(packages(), listed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"architecture", "contributing", "reliability", "stability"})
  void shouldNameTypesThatExist(String page) {
    Set<String> types =
        Stream.of(MAIN, OF_VERSION, TESTS)
            .flatMap(ArchitectureTest::javaBelow)
            .map(file -> file.getFileName().toString().replace(".java", ""))
            .collect(Collectors.toSet());
    types.addAll(
        List.of("Callable", "Command", "DataFrame", "Locale", "RelationProvider", "Timeout"));
    for (String code : Page.of(page).code()) {
      Matcher type = TYPE.matcher(code.replaceFirst("^@", ""));
      if (type.matches()) {
        assertTrue(types.contains(type.group(1)), () -> page + " names " + code);
      }
    }
  }

  private static Set<String> packages() {
    return Stream.of(MAIN, OF_VERSION)
        .flatMap(
            root ->
                javaBelow(root)
                    .filter(file -> file.endsWith(OF_PACKAGE))
                    .map(file -> root.relativize(file.getParent()).toString().replace('/', '.')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<Path> javaBelow(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
