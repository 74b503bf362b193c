package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import java.util.List;

/**
 * Stops when the test loss has not become lower for as many epochs as {@code
 * training.early-stopping} says (Prechelt 1998); never where that is 0. The driver and every rank
 * ask one of their own, and all come to the same: losses are equal on all ranks, bit for bit.
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

  /** Takes the result of the next epoch. */
  public void add(EpochResult result) {
    lastEpoch = result.epoch();
    if (patience == 0 || result.testLoss() < bestLoss) {
      bestLoss = result.testLoss();
      bestEpoch = lastEpoch;
    }
  }

  /** Whether no other epoch is to be trained, though some may be left. */
  public boolean hasStopped() {
    return patience > 0 && lastEpoch - bestEpoch >= patience;
  }

  /** The epoch whose model is the result so far: the last where nothing stops; 0 before any. */
  public int bestEpoch() {
    return bestEpoch;
  }
}
