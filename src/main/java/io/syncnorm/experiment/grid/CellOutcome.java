package io.syncnorm.experiment.grid;

/**
 * The outcome of a cell.
 *
 * @param code exit code that a single run would have
 * @param message why the cell is not done; empty if it is
 */
public record CellOutcome(GridCell cell, Status status, int code, String message) {
  /** The status of a cell; its name in lower case appears in the grid's JSON. */
  public enum Status {
    DONE,
    /** It was already done. */
    COMPLETE,
    FAILED,
    /** It was asked to stop and can be resumed. */
    INTERRUPTED,
    /** Another process is running it. */
    BUSY,
    /** It was not started. */
    LEFT
  }

  /** Whether the cell has a result. */
  public boolean isDone() {
    return status == Status.DONE || status == Status.COMPLETE;
  }

  static CellOutcome of(GridCell cell, Status status) {
    return new CellOutcome(cell, status, 0, "");
  }
}
