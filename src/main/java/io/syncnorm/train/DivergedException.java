package io.syncnorm.train;

import java.util.Locale;

/** Training left the finite numbers: its loss is no longer one. */
public final class DivergedException extends RuntimeException {
  DivergedException(int rank, int epoch, int step, double loss) {
    super(
        String.format(
            Locale.ROOT,
            "training diverged: the loss is not finite: loss=%s at epoch=%d step=%d rank=%d; lower training.optimizer.learning-rate or switch batch normalization on",
            loss,
            epoch,
            step,
            rank));
  }

  private DivergedException(String message) {
    super(message);
  }

  /** The same of a network that brings its own optimizer. */
  public static DivergedException ofNetwork(int rank, int epoch, int step, double loss) {
    return new DivergedException(
        String.format(
            Locale.ROOT,
            "training diverged: the loss is not finite: loss=%s at epoch=%d step=%d rank=%d; lower the learning rate of the network's updater, or normalize more of its layers",
            loss,
            epoch,
            step,
            rank));
  }
}
