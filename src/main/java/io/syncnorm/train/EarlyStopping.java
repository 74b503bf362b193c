package io.syncnorm.train;

/** Stops when the test loss has not become lower for a number of epochs (Prechelt 1998). */
public final class EarlyStopping implements StopRule {
  private final int rounds;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int bestEpoch;

  /**
   * @param rounds epochs without a lower loss, at least 1
   */
  public EarlyStopping(int rounds) {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds must be at least 1, found rounds=" + rounds);
    }
    this.rounds = rounds;
  }

  @Override
  public boolean isLast(EpochResult result) {
    if (result.testLoss() < bestLoss) {
      bestLoss = result.testLoss();
      bestEpoch = result.epoch();
    }
    return result.epoch() - bestEpoch >= rounds;
  }

  /** The epoch of the lowest loss so far; 0 before the first. */
  public int bestEpoch() {
    return bestEpoch;
  }
}
