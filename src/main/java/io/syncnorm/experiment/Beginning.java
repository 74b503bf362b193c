package io.syncnorm.experiment;

/** What a run makes of what an earlier one left. */
public sealed interface Beginning {
  /** Goes on from the last good checkpoints of its own; a finished run is left as it is. */
  record Auto() implements Beginning {}

  /**
   * Goes on from a certain checkpoint; a finished run is left as it is. A model that has none there
   * begins as with {@link Auto}.
   *
   * @param address name or address of a checkpoint, or of a folder, of which each model takes the
   *     newest good one
   */
  record From(String address) implements Beginning {}

  /** Trains from scratch; a finished run is left as it is. */
  record Scratch() implements Beginning {}

  /** Trains from scratch, whatever is there. */
  record Forced() implements Beginning {}
}
