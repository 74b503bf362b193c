package io.syncnorm.experiment;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.RunResult;
import io.syncnorm.train.EpochResult;
import java.nio.file.Path;
import java.util.List;

/** Is told how a run goes, to tell its user; overrides what it needs. */
public interface RunListener {
  /** The run directory is there and the data is read. */
  default void runStarted(Path directory, int world, int stepsPerEpoch) {}

  /** Nothing is trained: the run that this directory is for was finished before. */
  default void runFinishedBefore(Path directory, RunResult result) {}

  default void modelStarted(String model, int epochs) {}

  /**
   * What its user should know of how a model trains, before {@link #modelStarted}, or of how its
   * training ended, after {@link #modelFinished}.
   */
  default void modelRemark(String model, String remark) {}

  /**
   * Follows on {@link #modelStarted} when epochs were trained before.
   *
   * @param history their results, from the first
   */
  default void modelResumed(String model, List<EpochResult> history) {}

  /** A checkpoint cannot be resumed from; the one before it is tried, if there is one. */
  default void checkpointUnused(String checkpoint, String reason) {}

  /** Called on a thread of the driver, epoch after epoch, while training goes on. */
  default void epochFinished(String model, EpochResult result) {}

  default void modelFinished(String model) {}

  /** One training of a baseline is done. */
  default void baselineTrained(String baseline, Baseline.Point point) {}

  /** A part of the outputs could not be made; the run goes on without it. */
  default void outputMissing(String what, Exception cause) {}

  /** Why a run ended without a result. */
  enum Broken {
    FAILED,
    /** It was told to stop, and can be resumed. */
    INTERRUPTED
  }

  /** A run that has started is done. */
  default void runDone(RunResult result) {}

  /** A run that has started ended without a result. */
  default void runBroken(Broken how, String message) {}
}
