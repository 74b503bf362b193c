package io.syncnorm.cli;

import io.syncnorm.experiment.grid.CellOutcome;
import io.syncnorm.experiment.grid.CellOutcome.Status;
import io.syncnorm.experiment.grid.GridPolicy;
import io.syncnorm.report.GridResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Maps the failures of cells to exit codes and to the result of the grid. */
final class Failures implements GridPolicy.Codes {
  /** Failures that may be temporary; a faulty configuration, faulty data or a divergence is not. */
  private static final Set<ExitCode> TEMPORARY = Set.of(ExitCode.RANK_LOST, ExitCode.FAILED);

  private static final Set<ExitCode> NOT_CAUSED_BY_CELL =
      Set.of(ExitCode.USAGE, ExitCode.DATA, ExitCode.RESOURCES);

  @Override
  public int of(Throwable failure) {
    return ExitCode.of(failure).code();
  }

  @Override
  public boolean isTemporary(int code) {
    return isAmong(TEMPORARY, code);
  }

  @Override
  public boolean isCausedByCell(int code) {
    return !isAmong(NOT_CAUSED_BY_CELL, code);
  }

  private static boolean isAmong(Set<ExitCode> codes, int code) {
    return codes.stream().anyMatch(each -> each.code() == code);
  }

  @Override
  public String message(Throwable failure) {
    return Main.message(failure);
  }

  /**
   * Returns the code of a grid: that of the first failed cell; else BUSY if the only unfinished
   * cells are run by another process; else UNFINISHED if cells have not run.
   */
  static int codeOf(List<CellOutcome> outcomes) {
    for (CellOutcome outcome : outcomes) {
      if (outcome.status() == Status.FAILED) {
        return outcome.code();
      }
    }
    if (outcomes.stream().allMatch(CellOutcome::isDone)) {
      return ExitCode.DONE.code();
    }
    boolean onlyBusy = outcomes.stream().allMatch(o -> o.isDone() || o.status() == Status.BUSY);
    return (onlyBusy ? ExitCode.BUSY : ExitCode.UNFINISHED).code();
  }

  static GridResult result(
      String experiment, List<CellOutcome> outcomes, Path report, double seconds) {
    int code = codeOf(outcomes);
    boolean failed = outcomes.stream().anyMatch(o -> o.status() == Status.FAILED);
    String status = code == 0 ? "done" : failed ? "failed" : "stopped";
    return new GridResult(
        code == ExitCode.BUSY.code() && !failed ? "busy" : status,
        experiment,
        outcomes.size(),
        (int) outcomes.stream().filter(CellOutcome::isDone).count(),
        (int) outcomes.stream().filter(o -> o.status() == Status.DONE).count(),
        code,
        outcomes.stream().filter(o -> !o.isDone()).map(Failures::item).toList(),
        report.toString(),
        seconds);
  }

  private static GridResult.Item item(CellOutcome outcome) {
    return new GridResult.Item(
        outcome.cell().run(),
        outcome.cell().cell().coordinates(),
        outcome.status().name().toLowerCase(Locale.ROOT),
        outcome.code(),
        outcome.message());
  }
}
