package io.syncnorm.experiment.grid;

import io.syncnorm.experiment.RunListener;
import java.util.List;

/** Receives the events of a grid; called on the threads of the cells, concurrently. */
public interface GridListener {
  /** Returns the listeners of a cell's run. */
  List<RunListener> cellStarted(GridCell cell);

  void cellRetried(GridCell cell, int failures, String message);

  /** Called when another process is running the cell: it is checked again after all others. */
  void cellPostponed(GridCell cell);

  void cellEnded(CellOutcome outcome);
}
