package io.syncnorm.report;

import java.util.List;

/**
 * The values of an epoch that only {@code metrics.jsonl} contains; NaN if not measured.
 *
 * @param rows training rows seen by all ranks
 * @param exchangeP50Micros median time of one exchange of statistics, waiting included
 * @param exchangeP99Micros 99th percentile of that time
 * @param runningTestLoss test loss with the running statistics of training, if the model's
 *     statistics are recalibrated
 * @param runningTestAccuracy test accuracy with these statistics, fraction 0..1
 * @param layers drift of the ranks, per hidden layer
 */
public record EpochDetails(
    long rows,
    double exchangeP50Micros,
    double exchangeP99Micros,
    double runningTestLoss,
    double runningTestAccuracy,
    List<LayerMetrics> layers) {
  /** No value is known. */
  public static final EpochDetails NONE =
      new EpochDetails(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, List.of());

  /** Copies the list; files of older versions lack it. */
  public EpochDetails {
    layers = layers == null ? List.of() : List.copyOf(layers);
  }
}
