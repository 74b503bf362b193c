package io.syncnorm.experiment;

import io.syncnorm.report.EpochDetails;
import io.syncnorm.report.LayerMetrics;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.LayerDrift;
import java.util.ArrayList;
import java.util.List;

/** What the report says of an epoch beyond its row of {@code metrics.csv}. */
final class Details {
  private Details() {}

  static EpochDetails of(EpochResult result) {
    List<LayerMetrics> layers = new ArrayList<>();
    for (LayerDrift layer : result.layers()) {
      layers.add(
          new LayerMetrics(
              layers.size() + 1,
              layer.meanDrift(),
              layer.varianceDrift(),
              layer.weightDivergence(),
              layer.gradientNorm(),
              layer.deadUnits()));
    }
    return new EpochDetails(
        result.rows(),
        result.exchanges().p50Micros(),
        result.exchanges().p99Micros(),
        result.running().loss(),
        result.running().accuracy(),
        layers);
  }
}
