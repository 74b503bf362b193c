package io.syncnorm.experiment.grid;

import io.syncnorm.report.RunEvent;
import io.syncnorm.report.RunRecord;

/**
 * How a grid is run and how failures are handled.
 *
 * @param parallel cells at a time
 * @param attempts number of failures after which a cell is given up, counted over all starts of the
 *     grid
 * @param codes maps failures to exit codes
 */
public record GridPolicy(
    int parallel, int attempts, OnFailure onFailure, GivenUp givenUp, Codes codes) {

  /** How to handle the remaining cells after one has failed. */
  public enum OnFailure {
    CONTINUE,
    STOP
  }

  /** How to handle cells that were given up. */
  public enum GivenUp {
    REPORT,
    /** Forget their failures and run them. */
    RETRY
  }

  /** Maps failures to exit codes and messages. */
  public interface Codes {
    int of(Throwable failure);

    /**
     * Whether a failure with this code may be temporary, so that an immediate retry may succeed.
     */
    boolean isTemporary(int code);

    /**
     * Whether a failure with this code is caused by the cell. A user's mistake or a full disk is
     * not: once corrected, the next start trains the cell.
     */
    boolean isCausedByCell(int code);

    String message(Throwable failure);
  }

  /**
   * Whether a cell is given up. One interrupted after its failures was being retried, so it
   * resumes.
   */
  boolean isGivenUp(RunRecord record) {
    return record != null
        && givenUp == GivenUp.REPORT
        && record.is(RunEvent.Kind.FAILED)
        && record.failures() >= attempts
        && codes.isCausedByCell(record.code());
  }

  int failuresBefore(RunRecord record) {
    return record == null || givenUp == GivenUp.RETRY ? 0 : record.failures();
  }
}
