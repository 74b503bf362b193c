package io.syncnorm.train;

/** Watches one rank's steps, on its thread. */
public interface StepListener {
  /** Watches nothing. */
  StepListener NONE = new StepListener() {};

  /**
   * A mini-batch was loaded.
   *
   * @param startNanos when that began, by {@link System#nanoTime}
   */
  default void loaded(long startNanos, int rows) {}

  /** A step was made. */
  default void stepped(long startNanos, int rows) {}

  /** The rank has trained all its epochs. */
  default void trained() {}
}
