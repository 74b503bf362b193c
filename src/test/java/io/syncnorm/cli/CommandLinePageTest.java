package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.docs.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Tests that the documented commands, options, exit codes and files are the actual ones. */
class CommandLinePageTest {
  private static final String SCRIPT = "submit/[a-z]+\\.sh";
  private static final Set<String> STOPPED = Set.of("130", "143");

  /** Options in the pages that belong to Spark and TensorBoard. */
  private static final Set<String> OF_OTHERS =
      Set.of("--packages", "--jars", "--class", "--logdir");

  private static final Pattern READ_BY_SCRIPT =
      Pattern.compile("(?:parse_options |shared_options=|sparks_own=)\"([^\"]*)\"");

  private record Line(Page page, List<String> words) {
    @Override
    public String toString() {
      return page + ": " + String.join(" ", words);
    }
  }

  @Test
  void shouldListTheExitCodes() {
    Map<String, String> listed = new TreeMap<>();
    for (Page.Row row : Page.of("command-line").table("code")) {
      listed.put(row.cell(0).text(), row.cell(1).text());
    }
    listed.keySet().removeAll(STOPPED);
    assertEquals(codes(), listed.keySet());
  }

  @Test
  void shouldListEveryExitCodeOfAGridForSchedulers() {
    Page schedules =
        Page.all().stream()
            .filter(page -> page.file().startsWith("submit"))
            .findFirst()
            .orElseThrow();
    Set<String> told =
        schedules.table("code").stream()
            .flatMap(row -> Stream.of(row.cell(0).text().split(", ")))
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(told.containsAll(STOPPED), told::toString);
    told.removeAll(STOPPED);
    assertEquals(codes(), told);
  }

  private static Set<String> codes() {
    return Arrays.stream(ExitCode.values())
        .map(code -> String.valueOf(code.code()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void shouldListEveryFileOfARun() {
    Set<String> expected =
        TrainTest.FILES.stream()
            .filter(file -> !file.equals(".lock"))
            .map(file -> file.replaceAll("%1\\$s-%\\d\\$d", "<model>-<epoch>"))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> listed =
        Page.of("command-line").table("file").stream()
            .flatMap(row -> row.cell(0).code().stream())
            .map(file -> file.equals("model.zip") ? RunFolder.MODEL : file) // the page is for DL4J
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(expected, listed);
  }

  @Test
  void shouldListEveryCommand() {
    Set<String> listed =
        Page.of("command-line").table("command").stream()
            .map(row -> row.cell(0).code().get(0).replaceFirst(" .*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        new TreeSet<>(specification().subcommands().keySet()),
        listed,
        "commands, with their aliases");
  }

  @Test
  void shouldListTheShortFormsOfKeys() {
    Set<String> train = options(specification().subcommands().get("train").getCommandSpec());
    Set<String> keys = Keys.ALL.stream().map(Key::path).collect(Collectors.toSet());
    for (Page.Row row : Page.of("command-line").table("short form")) {
      String option = row.cell(0).code().get(0).replaceFirst(" .*", "");
      String key = row.cell(1).code().get(0);
      assertTrue(train.contains(option) && keys.contains(key), option);
      assertTrue(key.endsWith("." + option.substring(2)), option);
    }
  }

  @Test
  void shouldShareOptionsAmongAllCommandsExceptRunsExportAndCompletion() {
    for (Page.Row row : Page.of("command-line").table("shared option")) {
      String option = row.cell(0).code().get(0).replaceFirst(" .*", "");
      for (CommandLine command : specification().subcommands().values()) {
        if (!Set.of("runs", "export", "completion").contains(command.getCommandName())) {
          assertTrue(
              options(command.getCommandSpec()).contains(option),
              () -> command.getCommandName() + " " + option);
        }
      }
    }
  }

  @Test
  void shouldListVariablesThatTheScriptsRead() {
    String scripts = scripts();
    for (Page.Row row : Page.of("command-line").table("variable")) {
      String variable = row.cell(0).text();
      assertTrue(scripts.contains("${" + variable + ":-" + row.cell(1).text()), variable);
    }
  }

  @Test
  void shouldListEveryOptionOfAGrid() {
    Set<String> shared = options(specification().subcommands().get("train").getCommandSpec());
    Set<String> own = options(specification().subcommands().get("experiment").getCommandSpec());
    own.removeAll(shared);
    own.add("--registry");
    Set<String> listed =
        Page.of("experiments").table("option").stream()
            .map(row -> row.cell(0).code().get(0).replaceFirst(" .*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(own, listed);
  }

  /** In text and in tables. */
  @Test
  void shouldNameOptionsThatExist() {
    Set<String> known = new TreeSet<>(OF_OTHERS);
    addOptions(specification(), known);
    String scripts = scripts();
    for (Page page : Page.all()) {
      for (String code : page.code()) {
        for (String word : code.split("[ =]", -1)) {
          if (word.matches("--[a-z][a-z-]+")) {
            assertTrue(
                known.contains(word) || scripts.contains(word + " "), () -> page + ": " + code);
          }
        }
      }
    }
  }

  static List<Line> lines() {
    return Page.all().stream()
        .flatMap(page -> page.listings("sh").stream().flatMap(each -> lines(page, each.code())))
        .toList();
  }

  private static Stream<Line> lines(Page page, String code) {
    return code.replace("\\\n", " ")
        .lines()
        .map(line -> line.replaceFirst("(^| )#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .map(line -> new Line(page, List.of(line.split("\\s+"))));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void shouldShowCommandsThatParse(Line line) {
    String program = line.words().get(0);
    List<String> arguments = line.words().subList(1, line.words().size());
    if (program.equals("mvn")) {
      shouldNameProfilesThatExist(arguments);
    } else if (program.matches(SCRIPT)) {
      assertTrue(Files.isExecutable(Path.of(program)), program);
      if (!program.endsWith("cluster.sh")) {
        shouldBeUnderstood(withoutOptionsOf(Path.of(program), arguments));
      }
    } else if (arguments.contains(Main.class.getName())) {
      int jar = arguments.indexOf(Main.class.getName()) + 1;
      assertEquals("target/syncnorm*-job.jar", arguments.get(jar));
      shouldBeUnderstood(arguments.subList(jar + 1, arguments.size()));
    }
  }

  private static void shouldNameProfilesThatExist(List<String> arguments) {
    String pom = read(Path.of("pom.xml"));
    arguments.stream()
        .filter(word -> word.startsWith("-P"))
        .flatMap(word -> Stream.of(word.substring(2).split(",")))
        .forEach(profile -> assertTrue(pom.contains("<id>" + profile + "</id>"), profile));
  }

  private static void shouldBeUnderstood(List<String> arguments) {
    List<String> words = new ArrayList<>(arguments);
    if (words.isEmpty() || words.get(0).startsWith("-")) {
      words.add(0, "compare");
    }
    CommandLine line = new CommandLine(Main.class).setCaseInsensitiveEnumValuesAllowed(true);
    assertDoesNotThrow(() -> line.parseArgs(words.toArray(String[]::new)));
    assertDoesNotThrow(() -> ConfigLoader.load(List.of(), valuesOf("--set", words)));
    for (String file : valuesOf("--config", words)) {
      assertTrue(Files.exists(Path.of(file)), file);
    }
  }

  private static List<String> valuesOf(String option, List<String> words) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals(option)) {
        values.add(words.get(i + 1));
      }
    }
    return values;
  }

  /** Returns what follows the options of a script, each of which has a value. */
  private static List<String> withoutOptionsOf(Path script, List<String> arguments) {
    Set<String> options =
        Stream.of(script, script.resolveSibling("common.sh"))
            .flatMap(file -> READ_BY_SCRIPT.matcher(read(file)).results())
            .flatMap(names -> Stream.of(names.group(1).split(" ")))
            .collect(Collectors.toSet());
    int at = 0;
    while (at < arguments.size() && options.contains(arguments.get(at))) {
      at += 2;
    }
    return arguments.subList(at, arguments.size());
  }

  private static CommandLine.Model.CommandSpec specification() {
    return new CommandLine(Main.class).getCommandSpec();
  }

  private static void addOptions(CommandSpec command, Set<String> options) {
    options.addAll(options(command));
    command.subcommands().values().forEach(each -> addOptions(each.getCommandSpec(), options));
  }

  private static Set<String> options(CommandSpec command) {
    return new TreeSet<>(command.optionsMap().keySet());
  }

  private static String scripts() {
    try (Stream<Path> files = Files.list(Path.of("submit"))) {
      return files
          .filter(file -> file.toString().endsWith(".sh"))
          .map(CommandLinePageTest::read)
          .collect(Collectors.joining());
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
}
