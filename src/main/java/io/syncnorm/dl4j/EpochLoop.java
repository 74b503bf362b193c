package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.config.AveragingSettings.EverySteps;
import io.syncnorm.config.AveragingSettings.Period;
import io.syncnorm.train.DivergedException;
import java.util.Locale;
import java.util.concurrent.CancellationException;

/**
 * One rank's epoch over rows whose number nobody knows beforehand: {@code [ batch -> step ]* ->
 * average}.
 *
 * <p>Before each step the ranks add up the rows that they bring to it. So all of them make the same
 * number of steps, a rank that has run out takes part without rows, no row is dropped, and data
 * sets stream through a rank instead of resting on it: one exchange of 8 bytes a step is what that
 * costs.
 */
final class EpochLoop {
  private final Communicator communicator;
  private final Period merges;
  private final Timeline timeline;

  /** Rows of all ranks in a step. */
  private final double[] stepRows = new double[1];

  /** {@code [loss, rows]}, sums over the epoch. */
  private final double[] totals = new double[2];

  EpochLoop(Communicator communicator, Period merges, Timeline timeline) {
    this.communicator = communicator;
    this.merges = merges;
    this.timeline = timeline;
  }

  /** What a rank trains, batch by batch. */
  interface Trainee {
    /** Loads the next batch and says how many rows it has; 0 when there are no more. */
    int load();

    /**
     * This rank's part of a step with the batch that was loaded, which may have no rows.
     *
     * @return mean loss of its rows; anything where there are none
     */
    double step(int epoch, int step);

    /**
     * Makes one model of the ranks' models.
     *
     * @param weight rows that this rank has trained on since the last merge; some rank has some
     */
    void merge(long tag, double weight);
  }

  /**
   * What an epoch came to, over all ranks.
   *
   * @param meanLoss over the rows as they were trained on; NaN without rows
   */
  record Outcome(int steps, long rows, double meanLoss) {}

  /**
   * Trains until all ranks have run out of rows, merges, and leaves the same model on every rank.
   *
   * @param epoch numbers the exchanges
   * @throws DivergedException if a loss is not finite
   * @throws CancellationException if the thread is interrupted between steps
   */
  Outcome run(int epoch, Trainee trainee) {
    totals[0] = 0;
    totals[1] = 0;
    double rowsSinceMerge = 0;
    int unmergedSteps = 0;
    int step = 0;
    for (; ; step++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            String.format(Locale.ROOT, "cancelled at epoch %d, step %d", epoch, step));
      }
      long start = System.nanoTime();
      int rows = trainee.load();
      timeline.loaded(start, rows);
      stepRows[0] = rows;
      communicator.allReduce(Tag.of(epoch, step, 0, Kind.EPOCH_TOTALS), stepRows, EpochLoop::add);
      if (stepRows[0] == 0) {
        break;
      }
      start = System.nanoTime();
      double loss = trainee.step(epoch, step);
      timeline.stepped(start, rows);
      if (rows > 0) {
        requireFinite(loss, epoch, step);
        totals[0] += loss * rows;
        totals[1] += rows;
        rowsSinceMerge += rows;
      }
      unmergedSteps++;
      if (merges instanceof EverySteps every && every.steps() == unmergedSteps) {
        trainee.merge(Tag.of(epoch, step, 0, Kind.AVERAGING), rowsSinceMerge);
        rowsSinceMerge = 0;
        unmergedSteps = 0;
      }
    }
    if (unmergedSteps > 0) {
      trainee.merge(Tag.of(epoch, step, 0, Kind.AVERAGING), rowsSinceMerge);
    }
    communicator.allReduce(Tag.of(epoch, step + 1, 0, Kind.EPOCH_TOTALS), totals, EpochLoop::add);
    return new Outcome(step, (long) totals[1], totals[0] / totals[1]);
  }

  private void requireFinite(double loss, int epoch, int step) {
    if (!Double.isFinite(loss)) {
      throw DivergedException.ofNetwork(communicator.rank(), epoch, step, loss);
    }
  }

  private static void add(double[] into, double[] other) {
    for (int i = 0; i < into.length; i++) {
      into[i] += other[i];
    }
  }
}
