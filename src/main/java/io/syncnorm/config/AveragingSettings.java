package io.syncnorm.config;

import java.io.Serializable;

/**
 * How the ranks' models become one.
 *
 * @param every how often the parameters are averaged
 * @param optimizerState what becomes of Adam's moments then
 */
public record AveragingSettings(Period every, OptimizerState optimizerState)
    implements Serializable {

  /** How often the parameters are averaged. */
  public sealed interface Period extends Serializable {}

  /** At the end of each epoch; written {@code epoch}. */
  public record EveryEpoch() implements Period {}

  /** After so many steps; written {@code "<steps> steps"}. */
  public record EverySteps(int steps) implements Period {
    public EverySteps {
      Keys.STEPS.require(Keys.AVERAGING_EVERY.path(), steps);
    }
  }

  /** What becomes of the optimizer's moments when parameters are averaged. */
  public enum OptimizerState {
    /** They are averaged as the parameters are. */
    AVERAGE,
    /** Each rank keeps its own. */
    KEEP,
    /** They start again from zero. */
    RESET
  }

  public AveragingSettings {
    Keys.AVERAGING_EVERY.require(every);
    Keys.OPTIMIZER_STATE.require(optimizerState);
  }
}
