package io.syncnorm.train;

import java.util.Locale;

/** Training left the finite numbers: its loss is no longer one. */
public final class DivergedException extends RuntimeException {
  /**
   * @param remedy what to do about it
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
