package io.syncnorm.config;

import java.io.Serializable;
import java.time.Duration;

/** How often something is done in a training, or how long it lasts. */
public sealed interface Period extends Serializable {

  /** Every so many epochs; written as their number. */
  record EveryEpochs(int epochs) implements Period {}

  /** After a fixed time; written with its unit. */
  record EveryTime(Duration time) implements Period {}

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
