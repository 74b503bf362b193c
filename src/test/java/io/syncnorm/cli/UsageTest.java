package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that faults of a command line or configuration are reported before Spark starts. */
@Timeout(60)
class UsageTest {
  private static final String PLAN = "plan --ranks 2";
  private static final String PLANNED = PLAN + " --latency 25us --bandwidth 10Gb";

  @TempDir Path folder;

  static Stream<Arguments> wrongCommandLines() {
    return Stream.of(
        Arguments.of("train --bogus", "Unknown option: '--bogus'"),
        Arguments.of("--bogus", "Unknown option: '--bogus'"),
        Arguments.of("5", "'5'"),
        Arguments.of("train 5", "'5'"),
        Arguments.of("train --config", "'--config'"),
        Arguments.of("train --out a --out b", "'--out'"),
        Arguments.of("train --force --resume some.ckpt", "use only one of them"),
        Arguments.of("evaluate --model m --force", "Unknown option: '--force'"),
        Arguments.of("evaluate", "'--model=FILE'"),
        Arguments.of("predict --model model.zip", "'--images=FILE'"),
        Arguments.of("predict --images images", "'--model=FILE'"),
        Arguments.of(PLAN, "expected --latency=TIME and --bandwidth=RATE, or --probe"),
        Arguments.of(PLAN + " --latency 1us", "expected --latency=TIME and --bandwidth=RATE"),
        Arguments.of(PLANNED + " --probe", "--probe measures the network: expected none of"),
        Arguments.of(PLAN + " --probe --overhead 1us", "expected none of --latency, --bandwidth"),
        Arguments.of("plan --latency 1us --bandwidth 1Gb", "--ranks=N"),
        Arguments.of(PLAN + " --latency 25", "a time with its unit (ns, us, ms, s)"),
        Arguments.of(PLAN + " --latency 1us --bandwidth 10GB", "'--bandwidth'"),
        Arguments.of(PLANNED + " --ranks 5000", "--ranks must be from 1 to 4096"),
        Arguments.of(PLANNED + " --ranks two", "'--ranks'"),
        Arguments.of(PLANNED + " --rows 0", "--rows must be at least 1: found --rows=0"),
        Arguments.of(PLANNED + " --inputs 4", "expected --rows and --set data.classes=N"),
        Arguments.of(PLANNED + " --set model.dl4j=m.json", "expected model.dl4j = none"));
  }

  @ParameterizedTest
  @MethodSource("wrongCommandLines")
  void shouldReportAWrongCommandLineInTheFirstLine(String line, String part) {
    CommandRun run = run(line);
    assertEquals(ExitCode.USAGE.code(), run.code(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().lines().findFirst().orElse("").contains(part), run.err());
    assertTrue(run.err().startsWith("error: "), run.err());
    assertTrue(run.err().contains("--help shows the options"), run.err());
    assertEquals(2, run.err().lines().count(), run.err());
    assertFalse(run.err().contains("Exception"), run.err());
  }

  static Stream<Arguments> unknownOptions() {
    return Stream.of(
        Arguments.of("check --epochs 5", "--set training.epochs=5"),
        Arguments.of("--lr=0.1 --quiet", "--set training.optimizer.learning-rate=0.1"),
        Arguments.of("check --batch_size 3 --seed", "--set training.batch-size=3"),
        Arguments.of("check --num-workers 2", "--set training.world=2"),
        Arguments.of("evaluate --model m --hidden [8]", "--set model.hidden=[8]"),
        Arguments.of("train --name x", "--set run.name=x"),
        Arguments.of("--master local[4] train", "submit/local.sh --master local[2] train"),
        Arguments.of("train --executors 2", "before the command: submit/standalone.sh"),
        Arguments.of("train --conf spark.a=b", "--conf spark.a=b train"),
        Arguments.of("train --jars a.jar", "submit/local.sh --jars a.jar train"),
        Arguments.of("train --spark.a=b", "--conf spark.a=b train"),
        Arguments.of("train --set spark.a=b", "SPARK_CONF_DIR"),
        Arguments.of("train --set training.lr=1", "did you mean training.optimizer.learning-rate?"),
        Arguments.of("train --tensorbord", "; did you mean --tensorboard?"));
  }

  @ParameterizedTest
  @MethodSource("unknownOptions")
  void shouldExplainAnUnknownOption(String line, String part) {
    CommandRun run = run(line);
    assertEquals(ExitCode.USAGE.code(), run.code(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().contains(part), run.err());
    assertFalse(run.err().contains("Usage:"), run.err());
    assertFalse(run.err().contains("Exception"), run.err());
  }

  @Test
  void shouldTakeShortFormsOfTheMostUsedKeys() {
    String wrong = " --epochs 0 --batch-size 0 --seed x --world 0";
    for (String command : List.of("train", "compare")) {
      run(command + wrong)
          .assertFailed(
              ExitCode.USAGE,
              "training.epochs=0",
              "training.batch-size=0",
              "run.seed=x",
              "training.world=0");
      String help = run(command + " --help").done().out();
      assertTrue(help.contains("--batch-size=VALUE"), help);
      assertTrue(help.replaceAll("\\s+", " ").contains("training.batch-size, "), help);
    }
  }

  @Test
  void shouldRefuseAShortFormBesideTheSettingThatItStandsFor() {
    CommandRun run = run("train --epochs 5 --set training.epochs=7");
    assertEquals(ExitCode.USAGE.code(), run.code());
    assertTrue(
        run.err().contains("--epochs 5 and --set training.epochs=7: use only one of them"),
        run.err());
  }

  @Test
  void shouldPrintWhatShellsCompleteWith() {
    String script = run("completion").done().out();
    for (String part :
        List.of("--batch-size", "--tensorboard", "evaluate", "--latency", "o default local.sh")) {
      assertTrue(script.contains(part), script);
    }
  }

  @Test
  void shouldSuggestTheCommandThatWasMeant() {
    CommandRun run = run("trian --quiet");
    assertEquals(ExitCode.USAGE.code(), run.code());
    assertEquals("", run.out());
    assertTrue(run.err().contains("; did you mean syncnorm train?"), run.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"compare", "train", "evaluate --model m", "predict --model m --images i", "plan"})
  void shouldOnlyPrintTheUsageForHelp(String command) {
    CommandRun run = run(command + " --help").done();
    assertTrue(run.out().startsWith("Usage: syncnorm " + command.replaceAll(" .*", "")), run.out());
    assertEquals("", run.err());
  }

  @Test
  void shouldListItsCommandsAndPrintItsVersion() {
    assertTrue(CommandRun.of("--help").done().out().contains("compare"));
    assertTrue(CommandRun.of("--version").done().out().matches("SyncNorm \\d+\\.\\d+\\.\\d+\\s+"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"compare", "train", "check", "evaluate --model m", PLANNED})
  void shouldListAllFaultsOfTheConfigurationWithTheirPlaces(String command) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("wrong.conf"),
            """
            training.epochs = 0

            model.batch-norm.momentum = 1.5
            """);
    run(command + " --config " + file + " --set training.wrld=2 --set run.seed=x")
        .assertFailed(
            ExitCode.USAGE,
            file + ":1: training.epochs",
            "found=0",
            file + ":3: model.batch-norm.momentum",
            "--set training.wrld=2",
            "did you mean training.world?",
            "--set run.seed=x");
  }

  @Test
  void shouldNameAMissingConfigurationFile() {
    Path file = folder.resolve("missing.conf");
    CommandRun.of("--config", file.toString()).assertFailed(ExitCode.USAGE, file.toString());
  }

  private static CommandRun run(String line) {
    return CommandRun.of(line.split(" ", -1));
  }
}
