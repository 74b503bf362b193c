package io.syncnorm.spark.ranks;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.state.Position;
import java.util.List;

/**
 * Estimates how long a training still takes after its next merge, from its epochs so far. An epoch
 * that has not ended is assumed to take twice as long as it has, if none before it took longer: the
 * driver does not know how many steps an epoch has where data sets stream through the ranks.
 */
final class TimeLeft {
  private final int epochs;
  private final boolean mergesInside;
  private Position at = new Position(-1, 0);
  private long epochNanos;

  TimeLeft(Configuration configuration) {
    this.epochs = configuration.get(Keys.EPOCHS);
    this.mergesInside =
        configuration.mergeIn(epochs) == Keys.Merge.GRADIENTS
            || configuration.get(Keys.AVERAGING_EVERY) instanceof Period.EverySteps;
  }

  /** Notes that the ranks start from a position, or have reached it. */
  void reached(Position position, long nowNanos) {
    if (position.epoch() != at.epoch()) {
      epochNanos = nowNanos;
    }
    at = position;
  }

  /**
   * @param history results of the epochs so far
   */
  double seconds(List<EpochResult> history, long nowNanos) {
    double elapsed = 1e-9 * (nowNanos - epochNanos);
    double last = history.isEmpty() ? 0 : history.get(history.size() - 1).times().seconds();
    double epoch = Math.max(last, 2 * elapsed);
    double afterThis = epoch * (epochs - at.epoch() - 1);
    return Math.max(0, mergesInside ? afterThis + epoch - elapsed : afterThis);
  }
}
