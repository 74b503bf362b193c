package io.syncnorm.experiment;

/** How a run uses the checkpoints and results of an earlier one. */
public sealed interface ResumeMode {
  /**
   * Resumes from the run's own latest valid checkpoints, or continues from those of the same run
   * with fewer epochs; a finished run is not trained again.
   */
  record Auto() implements ResumeMode {}

  /**
   * Resumes from a given checkpoint; a finished run is not trained again. A model without a
   * checkpoint there starts as with {@link Auto}.
   *
   * @param address name or address of a checkpoint, or of a folder in which each model uses its
   *     newest valid one
   */
  record From(String address) implements ResumeMode {}

  /** Trains from scratch; a finished run is not trained again. */
  record Never() implements ResumeMode {}

  /** Trains from scratch, even if the run has finished. */
  record Force() implements ResumeMode {}
}
