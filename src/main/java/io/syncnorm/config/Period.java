package io.syncnorm.config;

import java.io.Serializable;

/** How often the parameters are averaged; ignored while gradients are averaged. */
public sealed interface Period extends Serializable {

  /** At the end of each epoch; written {@code epoch}. */
  record EveryEpoch() implements Period {}

  /** After a fixed number of steps; written {@code "<steps> steps"}, or "step" for one. */
  record EverySteps(int steps) implements Period {
    public EverySteps {
      Keys.STEPS.require(
          "training.averaging.every",
          steps); // the key's own constants need it while Keys is initialized
    }
  }
}
