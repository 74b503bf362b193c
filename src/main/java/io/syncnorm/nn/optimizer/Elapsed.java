package io.syncnorm.nn.optimizer;

/**
 * What training has behind it before an update: all that a learning rate depends on, so that a
 * resumed run has the rates of an undisturbed one.
 *
 * @param epochs completed epochs
 * @param step completed steps of the current epoch
 * @param stepsPerEpoch 0 if it is not known; then the epoch counts as just begun
 * @param steps completed steps of all epochs
 */
public record Elapsed(int epochs, int step, int stepsPerEpoch, long steps) {
  /** Before the first step. */
  public static final Elapsed NOTHING = new Elapsed(0, 0, 0, 0);

  /**
   * Completed epochs and the share of the current one that will be completed after more steps.
   *
   * @param more steps from here
   */
  public double epochsAfter(int more) {
    return stepsPerEpoch == 0 ? epochs : epochs + (step + more) / (double) stepsPerEpoch;
  }
}
