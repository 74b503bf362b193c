package io.syncnorm.cli;

import io.syncnorm.config.Suggestions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says where what an unknown option asks for is to be had: as a setting, or from Spark. */
final class UnknownOptions implements IParameterExceptionHandler {
  private static final String LOCALLY =
      "; on this machine: spark-defaults.conf in the folder that SPARK_CONF_DIR names";

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

  private final IParameterExceptionHandler otherwise;

  /**
   * @param otherwise takes what there is nothing to say of
   */
  UnknownOptions(IParameterExceptionHandler otherwise) {
    this.otherwise = otherwise;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) throws Exception {
    List<String> hints =
        failure instanceof UnmatchedArgumentException unmatched
            ? hints(unmatched.getUnmatched(), unmatched)
            : List.of();
    if (hints.isEmpty()) {
      return otherwise.handleParseException(failure, args);
    }
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(failure.getMessage());
    hints.forEach(err::println);
    err.flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
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
    return before
        + switch (option) {
          case "--master" -> "; on this machine: SYNCNORM_MASTER=local[2] submit/local.sh train";
          case "--driver-memory" -> "; on this machine: SYNCNORM_MEMORY=4g submit/local.sh train";
          case "--conf" -> LOCALLY + "; the run's own settings: --set KEY=VALUE or --config FILE";
          default -> isSetting ? LOCALLY : "";
        };
  }
}
