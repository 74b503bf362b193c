package io.syncnorm.train.state;

import java.util.Comparator;

/**
 * A place in a training at which ranks have one model: between epochs, or after a merge inside one.
 *
 * @param epoch epochs completed
 * @param step steps of the next epoch that are done; 0 between epochs
 */
public record Position(int epoch, int step) implements Comparable<Position> {
  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::epoch).thenComparingInt(Position::step);

  /** Whether an epoch has begun and not ended. */
  public boolean isInsideEpoch() {
    return step > 0;
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  /** For a message: {@code epoch 3} or {@code step 20 of epoch 4}. */
  @Override
  public String toString() {
    return isInsideEpoch() ? "step " + step + " of epoch " + (epoch + 1) : "epoch " + epoch;
  }
}
