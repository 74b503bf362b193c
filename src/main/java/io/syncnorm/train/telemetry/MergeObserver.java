package io.syncnorm.train.telemetry;

/** Observes the averaging of parameters. */
public interface MergeObserver {
  MergeObserver NONE = new MergeObserver() {};

  /** Called before the rank's own parameters are replaced by the mean. */
  default void beforeMean() {}

  /**
   * Called after the parameters were replaced by the mean.
   *
   * @param weight this rank's weight in the mean
   */
  default void afterMean(double weight) {}
}
