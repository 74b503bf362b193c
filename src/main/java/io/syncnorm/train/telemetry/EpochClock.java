package io.syncnorm.train.telemetry;

import io.syncnorm.comm.Communicator;

/**
 * Divides one rank's epoch into computing, exchanging statistics, waiting for other ranks, merging
 * models, and evaluating. Waiting for the rank's turn does not count.
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
  private long evaluationStartNanos;

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
    startNanos = communicator.runningNanos();
    timesAtStart = communicator.times();
    mergeNanos = 0;
    mergeWaitNanos = 0;
    mergeExchangeNanos = 0;
  }

  public void startMerge() {
    mergeStartNanos = communicator.runningNanos();
    timesAtMerge = communicator.times();
  }

  public void endMerge() {
    Communicator.ExchangeTimes now = communicator.times();
    mergeNanos += communicator.runningNanos() - mergeStartNanos;
    mergeWaitNanos += now.waitNanos() - timesAtMerge.waitNanos();
    mergeExchangeNanos += now.exchangeNanos() - timesAtMerge.exchangeNanos();
  }

  /** Records the times of the epoch so far, without an evaluation. */
  public void read(EpochTotals into) {
    evaluationStartNanos = communicator.runningNanos();
    Communicator.ExchangeTimes now = communicator.times();
    long wait = now.waitNanos() - timesAtStart.waitNanos() - mergeWaitNanos;
    long exchange = now.exchangeNanos() - timesAtStart.exchangeNanos() - mergeExchangeNanos;
    into.setSeconds(
        earlier[0] + seconds(evaluationStartNanos - startNanos - mergeNanos - exchange),
        earlier[1] + seconds(exchange - wait),
        earlier[2] + seconds(wait),
        earlier[3] + seconds(mergeNanos));
  }

  /** Records the time since {@link #read} as that of the evaluation. */
  public void endEvaluation(EpochTotals into) {
    into.setEvaluating(seconds(communicator.runningNanos() - evaluationStartNanos));
  }

  private double seconds(long nanos) {
    return 1e-9 * nanos / communicator.hosts();
  }
}
