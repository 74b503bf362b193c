package io.syncnorm.experiment;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.ModelResult;
import io.syncnorm.train.EpochResult;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Turns what the ranks reported into the records of the report. */
public final class Figures {
  private Figures() {}

  /**
   * @param history the results of all epochs
   * @param file the model's, relative to the run directory
   */
  static ModelResult ofModel(
      String model, PlannedModel network, List<EpochResult> history, String file) {
    EpochResult last = history.get(history.size() - 1);
    double seconds = history.stream().mapToDouble(e -> e.times().seconds()).sum();
    long rows = history.stream().mapToLong(EpochResult::rows).sum();
    return new ModelResult(
        model,
        network.isBatchNormalized(),
        Math.toIntExact(network.parameters()),
        last.epoch(),
        last.testAccuracy(),
        last.testLoss(),
        seconds,
        seconds / history.size(),
        (double) rows / seconds,
        median(history, e -> e.exchanges().p50Micros()),
        median(history, e -> e.exchanges().p99Micros()),
        file);
  }

  /** Of the epochs, because the first ones are slower: the JVM is still compiling. */
  private static double median(List<EpochResult> history, ToDoubleFunction<EpochResult> figure) {
    double[] sorted = history.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** The row of an epoch of a model. */
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
        Details.of(result));
  }
}
