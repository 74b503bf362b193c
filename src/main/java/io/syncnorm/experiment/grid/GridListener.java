package io.syncnorm.experiment.grid;

import io.syncnorm.experiment.RunListener;
import java.util.List;

/** Is told how a grid goes; called on the threads of the cells, several of them at once. */
public interface GridListener {
  /** Returns who is told how the run of a cell goes. */
  List<RunListener> cellStarted(GridCell cell);

  void cellRetried(GridCell cell, int failures, String message);

  /** Another process is at it: it is looked at again when all others have ended. */
  void cellPutOff(GridCell cell);

  void cellEnded(CellOutcome outcome);
}
