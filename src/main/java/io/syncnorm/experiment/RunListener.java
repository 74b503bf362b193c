package io.syncnorm.experiment;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.RunResult;
import io.syncnorm.report.html.RunReport;
import io.syncnorm.train.EpochResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Receives the events of a run; an implementation overrides the methods it needs. */
public interface RunListener {
  /**
   * Called about once a second while executors read the data.
   *
   * @param rows rows read so far
   * @param bytes their size, packed
   */
  default void dataLoaded(long rows, long bytes) {}

  /** Called when the run directory exists and the data is read. */
  default void runStarted(Path directory, int world, int stepsPerEpoch) {}

  /**
   * Called after {@link #runStarted}.
   *
   * @param report grows while the run trains, and is what the run writes at its end
   */
  default void reportStarted(RunReport report) {}

  /** Called instead of training if the run of this directory has already finished. */
  default void runFinishedBefore(Path directory, RunResult result) {}

  default void modelStarted(String model, int epochs) {}

  /**
   * Passes a remark for the user: before {@link #modelStarted} on how a model trains, after {@link
   * #modelFinished} on how its training ended.
   */
  default void modelRemark(String model, String remark) {}

  /**
   * Called after {@link #modelStarted} if the model resumes after earlier epochs.
   *
   * @param run name of the run that trained these epochs, if it is another run
   * @param history results of the earlier epochs, starting with the first
   */
  default void modelResumed(String model, Optional<String> run, List<EpochResult> history) {}

  /** Called when a checkpoint cannot be used; the previous one is tried next, if any. */
  default void checkpointUnused(String checkpoint, String reason) {}

  /** Called on a driver thread after each epoch, in order, while training continues. */
  default void epochFinished(String model, EpochResult result) {}

  default void modelFinished(String model) {}

  /** Called after each training of a baseline. */
  default void baselineTrained(String baseline, Baseline.Point point) {}

  /**
   * Called when an output cannot be written; the run continues without it.
   *
   * @param what the failed action, as the subject of "failed"
   */
  default void outputFailed(String what, Exception cause) {}

  /** Why a run ended without a result. */
  enum Failure {
    ERROR,
    /** The run was asked to stop and can be resumed. */
    INTERRUPTED
  }

  /** Called when a started run is done. */
  default void runDone(RunResult result) {}

  /** Called when a started run ends without a result. */
  default void runFailed(Failure how, String message) {}
}
