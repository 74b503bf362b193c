package io.syncnorm.train;

import java.util.Locale;

/** Thrown when training diverges: its loss is not finite. */
public final class DivergedException extends RuntimeException {
  /**
   * @param remedy what the user can do
   */
  DivergedException(int rank, int epoch, int step, double loss, String remedy) {
    super(
        String.format(
            Locale.ROOT,
            "training diverged: the loss is not finite: loss=%s at epoch=%d step=%d rank=%d; %s",
            loss,
            epoch,
            step,
            rank,
            remedy));
  }
}
