package io.syncnorm.cli;

import io.syncnorm.cli.options.LocalPath;
import io.syncnorm.cli.options.UsageFaults;
import io.syncnorm.cli.process.RunStop;
import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.cli.process.Terminal;
import io.syncnorm.cli.process.UnreadableName;
import io.syncnorm.experiment.Versions;
import io.syncnorm.spark.ranks.RankFailedException;
import io.syncnorm.spark.version.UserExit;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkUserAppException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Entry point of the job jar. */
@Command(
    name = "syncnorm",
    description = {
      "Trains batch-normalized networks on Spark with statistics synchronized over all ranks.",
      "The default command is compare."
    },
    subcommands = {
      CompareCommand.class,
      TrainCommand.class,
      ExperimentCommand.class,
      RunsCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ExportCommand.class,
      CheckCommand.class,
      PlanCommand.class,
      CompletionCommand.class
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.Version.class)
public final class Main implements Runnable {
  private static final String DEFAULT_COMMAND = "compare";

  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * @throws SparkUserAppException with the exit code, in YARN's application master, where this
   *     method must not end the JVM
   */
  public static void main(String[] args) throws SparkUserAppException {
    // Numbers have one format everywhere: in logs, on terminals and for programs.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    int code = run(args);
    if (!SparkStart.isInApplicationMaster()) {
      System.exit(code);
    }
    if (code != ExitCode.DONE.code()) {
      throw UserExit.with(code);
    }
  }

  /**
   * Runs a command as {@link #main} does, without ending the JVM.
   *
   * @return the exit code
   */
  static int run(String... args) {
    Optional<String> unreadable =
        UnreadableName.among(
            Charset.forName(System.getProperty("sun.jnu.encoding")),
            System.getProperty("user.dir"),
            args);
    if (unreadable.isPresent()) {
      System.err.println("error: " + unreadable.get());
      return ExitCode.USAGE.code();
    }
    CommandLine line = new CommandLine(new Main());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExpandAtFiles(false); // a file name may begin with @
    line.registerConverter(Path.class, new LocalPath());
    boolean verbose = List.of(args).contains("--verbose");
    line.setParameterExceptionHandler(new UsageFaults());
    line.setExecutionExceptionHandler((failure, command, parsed) -> report(failure, verbose));
    try {
      return line.execute(withCommand(args));
    } catch (Error e) { // picocli does not catch errors
      return report(e, verbose);
    }
  }

  /** Never called: the default command replaces a missing one. */
  @Override
  public void run() {
    spec.commandLine().usage(System.err);
  }

  private static String[] withCommand(String[] args) {
    boolean startsWithOption = args.length == 0 || args[0].startsWith("-");
    boolean asksForHelp =
        args.length > 0 && List.of("-h", "--help", "-V", "--version").contains(args[0]);
    return startsWithOption && !asksForHelp
        ? Stream.concat(Stream.of(DEFAULT_COMMAND), Arrays.stream(args)).toArray(String[]::new)
        : args;
  }

  private static int report(Throwable failure, boolean verbose) {
    ExitCode code = ExitCode.of(failure);
    System.err.flush();
    if (RunStop.isStopping()) { // the JVM ends with the signal's exit code
      System.err.println(
          "stopped by a signal: run the same command again to resume from the last checkpoint");
      return code.code();
    }
    System.err.println(Terminal.ofProcess().styled("bold,red", "error:") + " " + message(failure));
    if (verbose) {
      failure.printStackTrace();
    } else if (code == ExitCode.FAILED) {
      System.err.println("run it again with --verbose for the stack trace");
    }
    LoggerFactory.getLogger(Main.class).debug("exit code {}", code, failure);
    return code.code();
  }

  /** The message of a failure for the user. */
  static String message(Throwable failure) {
    boolean rankWithoutMemory =
        failure instanceof RankFailedException rank
            && rank.reason() == RankFailedException.Reason.OUT_OF_MEMORY;
    if (failure instanceof OutOfMemoryError || rankWithoutMemory) {
      return String.format(
          Locale.ROOT,
          "not enough memory: %s: heap=%d MB; increase the driver's memory with --driver-memory (submit/local.sh: SYNCNORM_MEMORY), or reduce training.batch-size, model.hidden or model.layers",
          failure.getMessage(),
          Runtime.getRuntime().maxMemory() >> 20);
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  /** Provides the version written by the build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"SyncNorm " + Versions.syncNorm()};
    }
  }
}
