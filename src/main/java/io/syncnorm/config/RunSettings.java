package io.syncnorm.config;

import java.io.Serializable;

/**
 * Identity of a run.
 *
 * @param name begins the name of the run's directory
 * @param seed the root of every random number of the run
 */
public record RunSettings(String name, long seed) implements Serializable {

  public RunSettings {
    Keys.RUN_NAME.require(name);
    Keys.SEED.require(seed);
  }
}
