package io.syncnorm.config;

import java.io.Serializable;

/** How often the parameters are averaged; plays no part while gradients are. */
public sealed interface Period extends Serializable {

  /** At the end of each epoch; written {@code epoch}. */
  record EveryEpoch() implements Period {}

  /** After so many steps; written {@code "<steps> steps"}, or with the word alone for one. */
  record EverySteps(int steps) implements Period {
    public EverySteps {
      Keys.STEPS.require("training.averaging.every", steps); // the key is made of some itself
    }
  }
}
