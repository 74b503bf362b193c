package io.syncnorm.config;

import java.io.Serializable;

/** Where checkpoints go. */
public sealed interface CheckpointPlace extends Serializable {

  /** {@code checkpoints/} in the run directory; written {@code auto}. */
  record InRunDirectory() implements CheckpointPlace {}

  /**
   * A folder with one subfolder per run, named like its run directory.
   *
   * @param address a local name, or an address of any file system that Hadoop knows
   */
  record Elsewhere(String address) implements CheckpointPlace {
    public Elsewhere {
      Keys.PATH.require(Keys.CHECKPOINT_DIR.path(), address);
    }

    /** The address as written in the configuration. */
    @Override
    public String toString() {
      return address;
    }
  }
}
