package io.syncnorm.config;

import java.io.Serializable;

/** Where the network comes from. */
public sealed interface NetworkSource extends Serializable {
  /** From the other keys of {@code model}; written {@code none}. */
  record Configured() implements NetworkSource {}

  /**
   * From a file that DL4J reads, together with its optimizer; most keys of {@code model} and all of
   * {@code training.optimizer} are then ignored.
   *
   * @param path local to the driver
   */
  record Dl4jFile(String path) implements NetworkSource {
    public Dl4jFile {
      Keys.PATH.require("model.dl4j", path);
    }
  }
}
