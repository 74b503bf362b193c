package io.syncnorm.cli;

import io.syncnorm.experiment.grid.CellOutcome;
import io.syncnorm.experiment.grid.CellOutcome.Status;
import io.syncnorm.experiment.grid.GridPolicy;
import io.syncnorm.report.GridResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the failures of cells come to. */
final class Failures implements GridPolicy.Codes {
  /** What is wrong with a configuration or its data will be wrong again, and so will its loss. */
  private static final Set<ExitCode> MAY_PASS = Set.of(ExitCode.RANK_LOST, ExitCode.FAILED);

  private static final Set<ExitCode> NOT_OF_CELL =
      Set.of(ExitCode.USAGE, ExitCode.DATA, ExitCode.RESOURCES);

  @Override
  public int of(Throwable failure) {
    return ExitCode.of(failure).code();
  }

  @Override
  public boolean mayPass(int code) {
    return isAmong(MAY_PASS, code);
  }

  @Override
  public boolean isOfCell(int code) {
    return !isAmong(NOT_OF_CELL, code);
  }

  private static boolean isAmong(Set<ExitCode> codes, int code) {
    return codes.stream().anyMatch(each -> each.code() == code);
  }

  @Override
  public String message(Throwable failure) {
    return Main.message(failure);
  }

  /**
   * The code of a grid: that of the first cell that failed; else BUSY where another process is at a
   * cell; else UNFINISHED where cells are left.
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
