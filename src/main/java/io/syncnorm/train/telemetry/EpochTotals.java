package io.syncnorm.train.telemetry;

import io.syncnorm.comm.Communicator;
import java.util.Arrays;

/**
 * The sums of a rank over an epoch, which one exchange then adds over all ranks. Adding allocates
 * nothing.
 *
 * <pre>
 * | loss, correct, weight, rows | seconds: computing, exchanging, waiting, merging, evaluating |
 * | {@link ExchangeHistogram} | per hidden layer, the sums of {@link DriftTelemetry} |
 * </pre>
 *
 * <p>A rank's seconds are divided by the number of hosts: their sums over all ranks are means over
 * the hosts, whose ranks compute one at a time.
 */
public final class EpochTotals {
  private static final int SECONDS_AT = 4;
  private static final int EXCHANGES_AT = SECONDS_AT + 5;
  private static final int DRIFT_AT = EXCHANGES_AT + ExchangeHistogram.BUCKETS;

  private final double[] sums;

  public EpochTotals(int hiddenLayers) {
    this.sums = new double[length(hiddenLayers)];
  }

  /** The number of sums for a network with so many hidden layers. */
  public static int length(int hiddenLayers) {
    return DRIFT_AT + DriftTelemetry.SUMS * hiddenLayers;
  }

  public void clear() {
    Arrays.fill(sums, 0);
  }

  /** Adds one step of this rank. */
  public void addStep(double loss, double correct, double weight, int rows) {
    sums[0] += loss;
    sums[1] += correct;
    sums[2] += weight;
    sums[3] += rows;
  }

  /** Adds one exchange of statistics. */
  public void addExchange(long nanos) {
    ExchangeHistogram.count(nanos, sums, EXCHANGES_AT);
  }

  /** Sets the seconds of this rank before the evaluation. */
  void setSeconds(double computing, double exchanging, double waiting, double merging) {
    sums[SECONDS_AT] = computing;
    sums[SECONDS_AT + 1] = exchanging;
    sums[SECONDS_AT + 2] = waiting;
    sums[SECONDS_AT + 3] = merging;
  }

  void setEvaluating(double seconds) {
    sums[SECONDS_AT + 4] = seconds;
  }

  /** Resumes from sums of the epoch so far, as {@link #sums} had them. */
  public void restore(double[] earlier) {
    System.arraycopy(earlier, 0, sums, 0, sums.length);
  }

  /** The sums; a layer's drift begins at {@link #driftAt}. */
  public double[] sums() {
    return sums;
  }

  int driftAt(int layer) {
    return DRIFT_AT + DriftTelemetry.SUMS * layer;
  }

  /** Replaces the sums of this rank by those of all ranks. */
  public void reduce(Communicator communicator, long tag) {
    communicator.allReduce(tag, sums, Communicator.SUM);
  }

  /** Mean over the rows, in nats; NaN without weight. */
  public double loss() {
    return sums[0] / sums[2];
  }

  /** Fraction of the rows; NaN without weight. */
  public double accuracy() {
    return sums[1] / sums[2];
  }

  public long rows() {
    return (long) sums[3];
  }

  /** Seconds of computing. */
  public double computing() {
    return sums[SECONDS_AT];
  }

  /** Seconds of exchanging statistics, without waiting. */
  public double exchanging() {
    return sums[SECONDS_AT + 1];
  }

  /** Seconds of waiting for other ranks within steps. */
  public double waiting() {
    return sums[SECONDS_AT + 2];
  }

  /** Seconds of merging. */
  public double merging() {
    return sums[SECONDS_AT + 3];
  }

  /** Seconds of the epoch: of all its parts, and of the evaluation. */
  public double seconds() {
    return Arrays.stream(sums, SECONDS_AT, EXCHANGES_AT).sum();
  }

  /** The duration that a fraction of all exchanges of statistics did not exceed; NaN if none. */
  public double exchangeMicros(double quantile) {
    return ExchangeHistogram.quantileMicros(quantile, sums, EXCHANGES_AT);
  }
}
