package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.report.EpochDetails;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.LayerMetrics;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import io.syncnorm.spark.ranks.HostsEvent;
import io.syncnorm.train.EarlyStopping;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.telemetry.LayerDrift;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Converts epoch results to the records of the report. */
public final class Metrics {
  private Metrics() {}

  /**
   * Returns the result of a model, final or so far. What is measured is NaN before the first epoch.
   *
   * @param history results of all its epochs so far
   * @param file of the model, relative to the run directory; empty if it is not written yet
   */
  static ModelResult ofModel(ModelTraining training, List<EpochResult> history, String file) {
    Configuration configuration = training.plan().configuration();
    int bestEpoch = new EarlyStopping(configuration, history).bestEpoch();
    Optional<EpochResult> best =
        bestEpoch == 0 ? Optional.empty() : Optional.of(history.get(bestEpoch - 1));
    double seconds = history.stream().mapToDouble(e -> e.times().seconds()).sum();
    long rows = history.stream().mapToLong(EpochResult::rows).sum();
    return new ModelResult(
        training.plan().name(),
        training.model().isBatchNormalized(),
        Math.toIntExact(training.model().parameters()),
        history.size(),
        configuration.get(Keys.EARLY_STOPPING) > 0 ? bestEpoch : 0,
        best.map(EpochResult::testAccuracy).orElse(Double.NaN),
        best.map(EpochResult::testLoss).orElse(Double.NaN),
        seconds,
        seconds / history.size(),
        (double) rows / seconds,
        median(history, e -> e.exchanges().p50Micros()),
        median(history, e -> e.exchanges().p99Micros()),
        file);
  }

  /** The median over epochs, because the first ones are slower while the JVM compiles. */
  private static double median(List<EpochResult> history, ToDoubleFunction<EpochResult> figure) {
    double[] sorted = history.stream().mapToDouble(figure).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  /** Returns the metrics row of one epoch of a model. */
  public static EpochMetrics ofEpoch(String model, EpochResult result) {
    EpochResult.Times times = result.times();
    return new EpochMetrics(
        model,
        result.epoch(),
        result.trainLoss(),
        result.trainAccuracy(),
        result.testLoss(),
        result.testAccuracy(),
        times.seconds(),
        times.computeSeconds(),
        times.syncSeconds(),
        times.waitSeconds(),
        times.averageSeconds(),
        details(result));
  }

  /**
   * Returns on which hosts a model was trained from a position on.
   *
   * @param start of the run
   */
  static RunResult.Hosts ofHosts(String model, HostsEvent event, Instant start) {
    HostsEvent.Pause pause = event.pause();
    return new RunResult.Hosts(
        model,
        event.epoch(),
        event.step(),
        1e-3 * Duration.between(start, event.time()).toMillis(),
        event.hosts(),
        event.why(),
        new RunResult.Pause(
            pause.seconds(),
            pause.endingSeconds(),
            pause.slotsSeconds(),
            pause.startingSeconds(),
            pause.dataSeconds()));
  }

  private static EpochDetails details(EpochResult result) {
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
