package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import java.util.Locale;
import java.util.Optional;

/** Names what the loss of an executor costs if there is no snapshot inside a long epoch. */
final class LongEpochs {
  private static final int LONG_STEPS = 1000;

  private LongEpochs() {}

  /** A remark for the user; empty if a loss costs little. */
  static Optional<String> remark(Configuration configuration, int stepsPerEpoch) {
    boolean isWanted = !(configuration.get(Keys.CHECKPOINT_EVERY) instanceof Period.EveryEpochs);
    boolean isPossible = mergesInside(configuration, stepsPerEpoch);
    if ((isWanted && isPossible) || (!isWanted && stepsPerEpoch <= LONG_STEPS)) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "an epoch of steps=%d has no checkpoint inside: a lost executor or an interruption costs up to one epoch; %s makes it less",
            stepsPerEpoch,
            isPossible
                ? "checkpoint.every = 5m"
                : "checkpoint.every = 5m with training.averaging.every = \"<k> steps\""));
  }

  /** Whether the models merge inside the last epoch, which averages parameters if any does. */
  private static boolean mergesInside(Configuration configuration, int stepsPerEpoch) {
    return configuration.mergeIn(configuration.get(Keys.EPOCHS)) == Keys.Merge.GRADIENTS
        || (configuration.get(Keys.AVERAGING_EVERY) instanceof Period.EverySteps every
            && every.steps() < stepsPerEpoch);
  }
}
