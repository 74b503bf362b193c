package io.syncnorm.cli.options;

import io.syncnorm.cli.process.Terminal;
import io.syncnorm.config.Suggestions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reports in one line what is wrong with a command line, with a suggestion: an option or a command,
 * or, for an unknown option, a setting or an option of Spark.
 */
public final class UsageFaults implements IParameterExceptionHandler {
  /** The options among them that submit/local.sh accepts. */
  private static final Set<String> OF_LOCAL_SCRIPT =
      Set.of("--conf", "--driver-memory", "--jars", "--packages", "--repositories");

  /** Options of spark-submit, and of the scripts that call it. */
  private static final Set<String> OF_SUBMISSION =
      Set.of(
          "--archives",
          "--claim",
          "--class",
          "--conf",
          "--deploy-mode",
          "--driver-class-path",
          "--driver-cores",
          "--driver-java-options",
          "--driver-memory",
          "--event-log",
          "--exclude-packages",
          "--executor-cores",
          "--executor-memory",
          "--executors",
          "--files",
          "--image",
          "--jar",
          "--jars",
          "--java-home",
          "--keytab",
          "--master",
          "--namespace",
          "--num-executors",
          "--packages",
          "--principal",
          "--properties-file",
          "--proxy-user",
          "--py-files",
          "--queue",
          "--repositories",
          "--service-account",
          "--total-executor-cores");

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    List<String> hints = List.of();
    String suggestion = "";
    String message = failure.getMessage();
    if (failure instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      if (command.getParent() == null && !word.startsWith("-")) {
        message = "Unknown command: '" + word + "'";
      }
      hints = hints(unmatched.getUnmatched(), unmatched);
      suggestion = suggestion(word, command.getCommandSpec());
    }
    PrintWriter err = command.getErr();
    err.printf(
        "%s %s%s%n",
        Terminal.ofProcess().styled("bold,red", "error:"),
        message,
        hints.isEmpty() ? suggestion : "");
    hints.forEach(err::println);
    if (hints.isEmpty()) {
      err.printf("%s --help shows the options%n", command.getCommandSpec().qualifiedName());
    }
    err.flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** The option, or else the command, that the user probably meant. */
  private static String suggestion(String word, CommandSpec command) {
    boolean isOption = word.startsWith("-");
    Stream<String> known =
        isOption
            ? command.options().stream().map(OptionSpec::longestName)
            : command.root().subcommands().keySet().stream();
    return Suggestions.nearest(word.replaceFirst("=.*", ""), known)
        .map(name -> "; did you mean %s?".formatted(isOption ? name : "syncnorm " + name))
        .orElse("");
  }

  private static List<String> hints(List<String> words, UnmatchedArgumentException unmatched) {
    List<String> hints = new ArrayList<>();
    boolean takesSettings = unmatched.getCommandLine().getCommandSpec().findOption("--set") != null;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.matches("--?[A-Za-z].*")) {
        continue;
      }
      int equals = word.indexOf('=');
      String option = equals < 0 ? word : word.substring(0, equals);
      boolean hasNext = i + 1 < words.size() && !words.get(i + 1).startsWith("-");
      String next = hasNext ? words.get(i + 1) : "VALUE";
      String value = equals < 0 ? next : word.substring(equals + 1);
      List<String> keys =
          takesSettings ? Suggestions.keys(option.replaceFirst("-+", "")) : List.of();
      if (OF_SUBMISSION.contains(option) || option.startsWith("--spark.")) {
        hints.add(ofSubmission(option, value));
      } else if (!keys.isEmpty()) {
        hints.add(
            keys.stream()
                .map(key -> "--set %s=%s".formatted(key, value))
                .collect(Collectors.joining(" or ", option + " is a setting: ", "")));
      }
    }
    return hints;
  }

  private static String ofSubmission(String option, String value) {
    boolean isMaster = option.equals("--master");
    boolean isSetting = option.startsWith("--spark.");
    String words =
        isSetting ? "--conf %s=%s".formatted(option.substring(2), value) : option + " " + value;
    String before =
        "%s is for Spark and comes before the command: submit/standalone.sh %s train; submit/yarn.sh and submit/kubernetes.sh alike, with spark-submit before the jar"
            .formatted(option, isMaster ? words : "--master spark://HOST:PORT " + words);
    String locally = isMaster ? "--master local[2]" : words;
    return isMaster || isSetting || OF_LOCAL_SCRIPT.contains(option)
        ? before + "; on this machine: submit/local.sh %s train".formatted(locally)
        : before;
  }
}
