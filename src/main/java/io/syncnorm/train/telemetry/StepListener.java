package io.syncnorm.train.telemetry;

/** Observes one rank's steps, on its thread. */
public interface StepListener {
  /** Does nothing. */
  StepListener NONE = new StepListener() {};

  /**
   * Called after a mini-batch was loaded.
   *
   * @param startNanos when loading began, by {@link System#nanoTime}
   */
  default void loaded(long startNanos, int rows) {}

  /** Called after a step. */
  default void stepped(long startNanos, int rows) {}

  /** Called after the rank has trained all its epochs. */
  default void trained() {}
}
