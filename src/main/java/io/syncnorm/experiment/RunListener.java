package io.syncnorm.experiment;

import io.syncnorm.train.EpochResult;
import java.nio.file.Path;

/** Hears how a run goes, to tell its user. */
public interface RunListener {
  /** The run directory is there and the data is read. */
  void runStarted(Path directory, int world, int stepsPerEpoch);

  /** Nothing is trained: the run that this directory is for was finished before. */
  void runFinishedBefore(Path directory);

  void modelStarted(String model, int epochs);

  /** Follows on {@link #modelStarted} when these epochs were trained before. */
  void modelResumed(String model, int epochsBefore);

  /** A checkpoint cannot be gone on from; the one before it is tried, if there is one. */
  void checkpointUnused(String checkpoint, String reason);

  /** Called on a thread of the driver, epoch after epoch, while training goes on. */
  void epochFinished(String model, EpochResult result);

  void modelFinished(String model);

  /** A part of the outputs could not be made; the run goes on without it. */
  void outputMissing(String what, Exception cause);
}
