package io.syncnorm.experiment.grid;

import io.syncnorm.report.RunEvent;
import io.syncnorm.report.RunRecord;

/**
 * How a grid is run, and what is made of failures.
 *
 * @param parallel cells at a time
 * @param attempts how often a cell may fail before it is given up, counted over all starts of the
 *     grid
 * @param codes what a failure is to schedulers
 */
public record GridPolicy(
    int parallel, int attempts, OnFailure onFailure, GivenUp givenUp, Codes codes) {

  /** What becomes of the cells that are left when one has failed. */
  public enum OnFailure {
    CONTINUE,
    STOP
  }

  /** What becomes of cells that failed too often before. */
  public enum GivenUp {
    REPORT,
    /** Their failures are forgotten. */
    RETRY
  }

  /** Exit codes. */
  public interface Codes {
    int of(Throwable failure);

    /** Whether what failed so may succeed when it is tried again at once. */
    boolean mayPass(int code);

    /**
     * Whether the cell is to blame for what failed so. What somebody must correct, or a machine
     * that has no room, is not its fault: when that is mended the next start trains it.
     */
    boolean isOfCell(int code);

    String message(Throwable failure);
  }

  /** A cell that was interrupted after its failures was being tried again, and goes on. */
  boolean isGivenUp(RunRecord record) {
    return record != null
        && givenUp == GivenUp.REPORT
        && record.is(RunEvent.Kind.FAILED)
        && record.failures() >= attempts
        && codes.isOfCell(record.code());
  }

  int failuresBefore(RunRecord record) {
    return record == null || givenUp == GivenUp.RETRY ? 0 : record.failures();
  }
}
