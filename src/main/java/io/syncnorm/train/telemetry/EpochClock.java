package io.syncnorm.train.telemetry;

import io.syncnorm.comm.Communicator;
import java.util.Arrays;

/**
 * Divides one rank's epoch into computing, exchanging statistics, waiting for other ranks, and
 * merging models.
 */
public final class EpochClock {
  private final Communicator communicator;

  /** Seconds of computing, exchanging, waiting and merging before the epoch was interrupted. */
  private double[] earlier = new double[4];

  private long startNanos;
  private Communicator.ExchangeTimes timesAtStart = new Communicator.ExchangeTimes(0, 0);
  private long mergeStartNanos;
  private Communicator.ExchangeTimes timesAtMerge = timesAtStart;
  private long mergeNanos;
  private long mergeWaitNanos;
  private long mergeExchangeNanos;

  public EpochClock(Communicator communicator) {
    this.communicator = communicator;
  }

  /**
   * Starts an epoch, or resumes it.
   *
   * @param soFar with the times of the epoch before it was interrupted
   */
  public void start(EpochTotals soFar) {
    earlier =
        new double[] {soFar.computing(), soFar.exchanging(), soFar.waiting(), soFar.merging()};
    startNanos = System.nanoTime();
    timesAtStart = communicator.times();
    mergeNanos = 0;
    mergeWaitNanos = 0;
    mergeExchangeNanos = 0;
  }

  public void startMerge() {
    mergeStartNanos = System.nanoTime();
    timesAtMerge = communicator.times();
  }

  public void endMerge() {
    Communicator.ExchangeTimes now = communicator.times();
    mergeNanos += System.nanoTime() - mergeStartNanos;
    mergeWaitNanos += now.waitNanos() - timesAtMerge.waitNanos();
    mergeExchangeNanos += now.exchangeNanos() - timesAtMerge.exchangeNanos();
  }

  /** Records the times of the epoch so far. */
  public void read(EpochTotals into) {
    Communicator.ExchangeTimes now = communicator.times();
    long wait = now.waitNanos() - timesAtStart.waitNanos() - mergeWaitNanos;
    long exchange = now.exchangeNanos() - timesAtStart.exchangeNanos() - mergeExchangeNanos;
    into.setSeconds(
        earlier[0] + 1e-9 * (System.nanoTime() - startNanos - mergeNanos - exchange),
        earlier[1] + 1e-9 * (exchange - wait),
        earlier[2] + 1e-9 * wait,
        earlier[3] + 1e-9 * mergeNanos);
  }

  /** Seconds of the epoch so far. */
  public double seconds() {
    return Arrays.stream(earlier).sum() + 1e-9 * (System.nanoTime() - startNanos);
  }
}
