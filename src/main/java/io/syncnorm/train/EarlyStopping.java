package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import java.util.List;

/**
 * Early stopping (Prechelt 1998): training stops when the test loss has not improved for {@code
 * training.early-stopping} epochs; never if that is 0. The driver and every rank have their own
 * instance and reach the same decision, because losses are bit-identical on all ranks.
 */
public final class EarlyStopping {
  private final int patience;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int bestEpoch;
  private int lastEpoch;

  /**
   * @param history the results of the epochs so far, from the first
   */
  public EarlyStopping(Configuration configuration, List<EpochResult> history) {
    this.patience = configuration.get(Keys.EARLY_STOPPING);
    history.forEach(this::add);
  }

  /** Adds the result of the next epoch. */
  public void add(EpochResult result) {
    lastEpoch = result.epoch();
    if (patience == 0 || result.testLoss() < bestLoss) {
      bestLoss = result.testLoss();
      bestEpoch = lastEpoch;
    }
  }

  /** Whether training stops here, even if epochs remain. */
  public boolean hasStopped() {
    return patience > 0 && lastEpoch - bestEpoch >= patience;
  }

  /**
   * The epoch whose model is the result so far: without early stopping the last one; 0 before the
   * first epoch.
   */
  public int bestEpoch() {
    return bestEpoch;
  }
}
