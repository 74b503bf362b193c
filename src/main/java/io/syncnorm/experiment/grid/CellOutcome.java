package io.syncnorm.experiment.grid;

/**
 * What became of a cell.
 *
 * @param code what a run of its own would have ended with
 * @param message why it is not done; empty if it is
 */
public record CellOutcome(GridCell cell, Status status, int code, String message) {
  /** Where a cell stands. */
  public enum Status {
    DONE,
    /** It was done before. */
    COMPLETE,
    FAILED,
    /** Told to stop; it can be gone on with. */
    INTERRUPTED,
    /** Another process is at it. */
    BUSY,
    /** It was not begun. */
    LEFT
  }

  /** Whether its result is there. */
  public boolean isDone() {
    return status == Status.DONE || status == Status.COMPLETE;
  }

  static CellOutcome of(GridCell cell, Status status) {
    return new CellOutcome(cell, status, 0, "");
  }
}
