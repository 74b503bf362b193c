package io.syncnorm.experiment;

/** What a run makes of what an earlier one left in its directory. */
public enum Beginning {
  /** Goes on from the last good checkpoints; a finished run is left as it is. */
  RESUME,
  /** Trains from scratch; a finished run is left as it is. */
  SCRATCH,
  /** Trains from scratch, whatever is there. */
  FORCE
}
