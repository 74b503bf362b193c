package io.syncnorm.train;

/** Training left the finite numbers: its loss is no longer one. */
public final class DivergedException extends RuntimeException {
  DivergedException(int rank, int epoch, int step, double loss) {
    super(
        "training diverged: the loss is not finite: loss=%s at epoch=%d step=%d rank=%d; lower training.optimizer.learning-rate or switch batch normalization on"
            .formatted(loss, epoch, step, rank));
  }
}
