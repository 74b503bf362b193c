package io.syncnorm.config;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * How the ranks' models become one.
 *
 * @param every how often the parameters are averaged; plays no part while gradients are
 * @param merge what is averaged
 * @param optimizerState what becomes of Adam's moments when parameters are averaged
 * @param outer what is made of the averaged difference
 * @param localAfterEpoch up to and including this epoch gradients are averaged, whatever {@code
 *     merge} says
 */
public record AveragingSettings(
    Period every,
    Merge merge,
    OptimizerState optimizerState,
    OuterSettings outer,
    int localAfterEpoch)
    implements Serializable {

  /** How often the parameters are averaged. */
  public sealed interface Period extends Serializable {}

  /** At the end of each epoch; written {@code epoch}. */
  public record EveryEpoch() implements Period {}

  /** After so many steps; written {@code "<steps> steps"}, or with the word alone for one. */
  public record EverySteps(int steps) implements Period {
    public EverySteps {
      Keys.STEPS.require("training.averaging.every", steps); // the key is made of some itself
    }
  }

  /** What is averaged over the ranks. */
  public enum Merge {
    /** The models, every so often: ranks train on their own in between. */
    PARAMETERS,
    /** The gradients of every step: ranks have one model at all times. */
    GRADIENTS
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
    Keys.AVERAGING_MERGE.require(merge);
    Keys.OPTIMIZER_STATE.require(optimizerState);
    requireNonNull(outer, "outer");
    Keys.LOCAL_AFTER_EPOCH.require(localAfterEpoch);
  }

  /** What is averaged in an epoch, counted from 1. */
  public Merge mergeIn(int epoch) {
    return epoch <= localAfterEpoch ? Merge.GRADIENTS : merge;
  }
}
