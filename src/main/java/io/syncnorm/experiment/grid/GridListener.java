package io.syncnorm.experiment.grid;

import io.syncnorm.experiment.RunListener;

/** Hears how a grid goes; called on the threads of the cells, several of them at once. */
public interface GridListener {
  /** Hears how the run of a cell goes. */
  RunListener cellStarted(GridCell cell);

  void cellRetried(GridCell cell, int failures, String message);

  /** Another process is at it: it is looked at again when all others have ended. */
  void cellPutOff(GridCell cell);

  void cellEnded(CellOutcome outcome);
}
