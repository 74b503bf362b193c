package io.syncnorm.experiment;

/** What a run makes of what an earlier one left. */
public sealed interface ResumeMode {
  /** Resumes from the last good checkpoints of its own; a finished run is left as it is. */
  record Auto() implements ResumeMode {}

  /**
   * Resumes from a certain checkpoint; a finished run is left as it is. A model that has none there
   * starts as with {@link Auto}.
   *
   * @param address name or address of a checkpoint, or of a folder, of which each model takes the
   *     newest good one
   */
  record From(String address) implements ResumeMode {}

  /** Trains from scratch; a finished run is left as it is. */
  record Never() implements ResumeMode {}

  /** Trains from scratch, whatever is there. */
  record Force() implements ResumeMode {}
}
