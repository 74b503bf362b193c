package io.syncnorm.train.telemetry;

import io.syncnorm.comm.Communicator;

/**
 * Divides one rank's epoch into computing, exchanging statistics, waiting for other ranks, and
 * merging models.
 */
public final class EpochClock {
  private final Communicator communicator;
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

  public void start() {
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
        1e-9 * (System.nanoTime() - startNanos - mergeNanos - exchange),
        1e-9 * (exchange - wait),
        1e-9 * wait,
        1e-9 * mergeNanos);
  }

  /** Seconds since {@link #start}. */
  public double seconds() {
    return 1e-9 * (System.nanoTime() - startNanos);
  }
}
