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

/** How a grid is run. */
public final class GridOptions {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(s|m|h|d)");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--dry-run",
      description = "say what would run and what it would cost; run nothing")
  private boolean dryRun;

  @Option(
      names = "--quick",
      description = "the grid's short form: its section experiment.quick laid over the files")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "KEY=VALUE",
      description =
          "only cells with this coordinate, as in --only sync=global, or with this end of their"
              + " run's name; repeatable, any of them counts")
  private List<String> only = List.of();

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "cells at a time; N worlds of a fixed size must fit the task slots (default:"
              + " ${DEFAULT-VALUE})")
  private int parallel;

  @Option(
      names = "--max-failures",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "failures of a cell, over all starts of the grid, until it is given up; what is not its"
              + " fault is always tried again (default: ${DEFAULT-VALUE})")
  private int maxFailures;

  @Option(names = "--retry-failed", description = "try cells again that were given up")
  private boolean retryFailed;

  @Option(names = "--fail-fast", description = "begin no other cell when one has failed")
  private boolean failFast;

  @Option(
      names = "--limit-time",
      paramLabel = "TIME",
      description = "stop after this time, such as 90m or 8h, with everything kept")
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

  /** How long the grid may run. */
  public Duration limit() {
    if (limitTime == null) {
      return RunStop.UNLIMITED;
    }
    Matcher time = DURATION.matcher(limitTime);
    if (!time.matches()) {
      throw usage("--limit-time is a number with s, m, h or d: found --limit-time=" + limitTime);
    }
    long count = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /** Refuses what can be refused before Spark starts. */
  public void requireFitting(Experiment experiment) {
    limit();
    if (parallel < 1 || maxFailures < 1) {
      throw usage(
          String.format(
              Locale.ROOT,
              "--parallel and --max-failures are at least 1: found --parallel=%d --max-failures=%d",
              parallel,
              maxFailures));
    }
    for (Experiment.Cell cell : experiment.cells()) {
      if (parallel > 1 && cell.configuration().get(Keys.WORLD) instanceof WorldSize.Auto) {
        throw usage(
            String.format(
                Locale.ROOT,
                "--parallel=%d needs worlds of a fixed size: found training.world = auto, which takes all slots; set training.world",
                parallel));
      }
    }
  }

  /** The cells that {@code --only} chooses. */
  public List<GridCell> chosen(List<GridCell> cells) {
    for (String text : only) {
      if (cells.stream().noneMatch(cell -> isMeant(cell, text))) {
        throw usage(
            "no cell has this coordinate: found --only=%s; the first cell is %s"
                .formatted(text, cells.get(0).title()));
      }
    }
    return cells.stream()
        .filter(cell -> only.isEmpty() || only.stream().anyMatch(text -> isMeant(cell, text)))
        .toList();
  }

  private static boolean isMeant(GridCell cell, String text) {
    return cell.isAt(text) || cell.run().endsWith(text);
  }

  /**
   * @throws TaskSlots.SlotsException if the cells that run at once do not all fit
   */
  public void requireSlots(JavaSparkContext spark, List<GridCell> cells) {
    for (GridCell cell : cells) {
      TaskSlots.await(
          spark,
          Math.multiplyExact(Math.min(parallel, cells.size()), cell.world()),
          cell.configuration().get(Keys.SLOT_TIMEOUT));
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
