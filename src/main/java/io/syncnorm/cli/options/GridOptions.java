package io.syncnorm.cli.options;

import io.syncnorm.cli.process.RunStop;
import io.syncnorm.config.ConfigLoader.Form;
import io.syncnorm.config.Experiment;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.experiment.grid.GridCell;
import io.syncnorm.experiment.grid.GridPolicy;
import io.syncnorm.experiment.grid.GridPolicy.GivenUp;
import io.syncnorm.experiment.grid.GridPolicy.OnFailure;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.TaskSlots;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of a grid. */
public final class GridOptions {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(s|m|h|d)");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--dry-run",
      description = "show what would run and how long it would take; run nothing")
  private boolean dryRun;

  @Option(
      names = "--quick",
      description = "run the grid's short form: its section experiment.quick overrides the files")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "KEY=VALUE",
      description =
          "only cells with this coordinate, such as --only sync=global, or whose run's name ends"
              + " with this; repeatable, a cell needs to match one of them")
  private List<String> only = List.of();

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "number of cells to run at a time; N worlds must fit the task slots (default:"
              + " ${DEFAULT-VALUE})")
  private int parallel;

  @Option(
      names = "--max-failures",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "give a cell up after this many failures, over all starts of the grid; failures not"
              + " caused by the cell do not count (default: ${DEFAULT-VALUE})")
  private int maxFailures;

  @Option(names = "--retry-failed", description = "run cells again that were given up")
  private boolean retryFailed;

  @Option(names = "--fail-fast", description = "start no more cells after one has failed")
  private boolean failFast;

  @Option(
      names = "--limit-time",
      paramLabel = "TIME",
      description = "stop after this time, such as 90m or 8h; run it again to resume")
  private String limitTime;

  public Form form() {
    return quick ? Form.QUICK : Form.FULL;
  }

  public boolean isDryRun() {
    return dryRun;
  }

  public int parallel() {
    return parallel;
  }

  /** The time limit of the grid. */
  public Duration limit() {
    if (limitTime == null) {
      return RunStop.UNLIMITED;
    }
    Matcher time = DURATION.matcher(limitTime);
    if (!time.matches()) {
      throw usage(
          "--limit-time must be a number with unit s, m, h or d: found --limit-time=" + limitTime);
    }
    long count = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /** Rejects invalid options before Spark starts. */
  public void requireFitting(Experiment experiment) {
    limit();
    if (parallel < 1 || maxFailures < 1) {
      throw usage(
          String.format(
              Locale.ROOT,
              "--parallel and --max-failures must be at least 1: found --parallel=%d --max-failures=%d",
              parallel,
              maxFailures));
    }
    for (Experiment.Cell cell : experiment.cells()) {
      if (parallel > 1 && cell.configuration().get(Keys.WORLD) instanceof WorldSize.Auto) {
        throw usage(
            String.format(
                Locale.ROOT,
                "--parallel=%d needs a fixed number of ranks: found training.world = auto, which takes all slots; set training.world",
                parallel));
      }
    }
  }

  /** Returns the cells selected by {@code --only}. */
  public List<GridCell> chosen(List<GridCell> cells) {
    for (String text : only) {
      if (cells.stream().noneMatch(cell -> matches(cell, text))) {
        throw usage(
            "no cell has this coordinate: found --only=%s; the first cell is %s"
                .formatted(text, cells.get(0).title()));
      }
    }
    return cells.stream()
        .filter(cell -> only.isEmpty() || only.stream().anyMatch(text -> matches(cell, text)))
        .toList();
  }

  private static boolean matches(GridCell cell, String text) {
    return cell.isAt(text) || cell.run().endsWith(text);
  }

  /**
   * Waits for the slots of all cells that run at the same time.
   *
   * @throws SlotsException if there are too few
   */
  public void requireSlots(JavaSparkContext spark, List<GridCell> cells) {
    for (GridCell cell : cells) {
      int slots =
          Math.multiplyExact(
              Math.min(parallel, cells.size()),
              Math.min(cell.world(), cell.configuration().get(Keys.MIN_SLOTS)));
      TaskSlots.awaitStart(spark, slots, slots, cell.configuration().get(Keys.SLOT_TIMEOUT));
    }
  }

  public GridPolicy policy(GridPolicy.Codes codes) {
    return new GridPolicy(
        parallel,
        maxFailures,
        failFast ? OnFailure.STOP : OnFailure.CONTINUE,
        retryFailed ? GivenUp.RETRY : GivenUp.REPORT,
        codes);
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
