package io.syncnorm.report;

import java.util.List;

/**
 * What {@code metrics.jsonl} says of an epoch beyond {@code metrics.csv}; NaN is what was not
 * measured.
 *
 * @param rows training rows seen by all ranks
 * @param exchangeP50Micros median time of one exchange of statistics, waiting included
 * @param exchangeP99Micros what 99 % of them did not exceed
 * @param runningTestLoss test loss with the running statistics that training has moved along, where
 *     the model's own are recalibrated ones
 * @param runningTestAccuracy fraction 0..1, likewise
 * @param layers drift of the ranks, per hidden layer
 */
public record EpochDetails(
    long rows,
    double exchangeP50Micros,
    double exchangeP99Micros,
    double runningTestLoss,
    double runningTestAccuracy,
    List<LayerMetrics> layers) {
  /** Nothing is known. */
  public static final EpochDetails NONE =
      new EpochDetails(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, List.of());

  /** Copies the list; older files have none. */
  public EpochDetails {
    layers = layers == null ? List.of() : List.copyOf(layers);
  }
}
